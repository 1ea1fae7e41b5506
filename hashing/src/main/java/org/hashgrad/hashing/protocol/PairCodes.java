package org.hashgrad.hashing.protocol;

import org.hashgrad.hashing.code.Codes;
import org.hashgrad.hashing.data.Medium;
import org.hashgrad.hashing.data.SampleSet;

/** Codes of two media in one space, however they are made. */
public interface PairCodes {
    /** Of samples of the first medium. */
    Codes imageCodes(SampleSet set);

    /** Of samples of the second medium. */
    Codes textCodes(SampleSet set);

    default Codes codes(Medium medium, SampleSet set) {
        return medium == Medium.IMAGE ? imageCodes(set) : textCodes(set);
    }
}
