package org.hashgrad.cli;

/** What the process says to a script; the contract is in {@code docs/adr/0006-command-line-contract.md}. */
final class ExitCodes {
    static final int DONE = 0;

    /** A check failed, or the work stopped: a loss that is no number, a device that failed, a full disk. */
    static final int STOPPED = 1;

    /** Nothing was computed: the arguments, the configuration or a file are wrong, or the asked backend is missing. */
    static final int BAD_INPUT = 2;

    private ExitCodes() {}
}
