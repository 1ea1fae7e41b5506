package org.hashgrad.hashing.code;

import org.hashgrad.hashing.data.DataException;

/**
 * n real codes of k values, a network's outputs before the sign.
 *
 * @param values (count, bits), row-major, handed over, not copied
 */
public record RelaxedCodes(float[] values, int count, int bits) {
    /** @throws DataException when the length is not count · bits or a value is not finite */
    public RelaxedCodes {
        if (values.length != (long) count * bits) {
            throw new DataException("relaxed codes: got " + values.length + " values; need " + (long) count * bits
                    + " for " + count + " codes of " + bits);
        }
        for (int at = 0; at < values.length; at++) {
            if (!Float.isFinite(values[at])) {
                throw new DataException("relaxed codes: value at row " + at / bits + ", bit " + at % bits + " is "
                        + values[at] + "; need finite numbers");
            }
        }
    }

    /** b = sgn(u), sgn(0) = +1. */
    public Codes signs() {
        return Codes.fromReal(values, count, bits);
    }

    /** The codes −1 and +1 as real numbers. */
    public static RelaxedCodes of(Codes codes) {
        float[] values = new float[codes.count() * codes.bits()];
        for (int at = 0; at < values.length; at++) {
            values[at] = codes.bit(at / codes.bits(), at % codes.bits()) ? 1 : -1;
        }
        return new RelaxedCodes(values, codes.count(), codes.bits());
    }

    /** (k − ⟨u_i, v_j⟩) / 2, which for −1 and +1 is the Hamming distance; in double, over ascending bits. */
    public double distance(int i, RelaxedCodes other, int j) {
        double inner = 0;
        for (int b = 0; b < bits; b++) {
            inner += (double) values[i * bits + b] * other.values[j * bits + b];
        }
        return (bits - inner) / 2;
    }
}
