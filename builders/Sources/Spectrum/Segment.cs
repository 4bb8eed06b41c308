namespace Pile.Builders.Sources.Spectrum;

/// <summary>A spectrum, or one arm or order of it, by ascending wavelength.</summary>
/// <param name="Label">The name in messages.</param>
/// <param name="Angstrom">The wavelengths.</param>
/// <param name="Flux">The flux, in the unit of the recipe.</param>
/// <param name="Ivar">The inverse variance of the flux; null if unknown.</param>
/// <param name="IsBad">True for a masked pixel, and for one without flux or inverse variance.</param>
/// <param name="LsfSigma">σ of the line-spread function in Å, NaN where it is unknown; null if it is unknown everywhere.</param>
internal sealed record Segment(string Label, double[] Angstrom, float[] Flux, float[]? Ivar, bool[] IsBad, float[]? LsfSigma)
{
    internal int Length => Angstrom.Length;

    internal double First => Angstrom[0];

    internal double Last => Angstrom[^1];

    /// <summary>The name and the wavelengths, for messages.</summary>
    internal string Range => FormattableString.Invariant($"{Label} ({First:0.####} to {Last:0.####} Å)");

    /// <summary>Returns some of the pixels.</summary>
    internal Segment Slice(Range pixels) =>
        new(Label, Angstrom[pixels], Flux[pixels], Ivar?[pixels], IsBad[pixels], LsfSigma?[pixels]);

    /// <summary>Joins segments end to end; either all have a line-spread function, or none.</summary>
    internal static Segment Concat(IReadOnlyList<Segment> parts)
    {
        return new(parts[0].Label, Joined(p => p.Angstrom), Joined(p => p.Flux), parts[0].Ivar is null ? null : Joined(p => p.Ivar!),
            Joined(p => p.IsBad), parts[0].LsfSigma is null ? null : Joined(p => p.LsfSigma!));

        T[] Joined<T>(Func<Segment, T[]> of)
        {
            T[] joined = new T[parts.Sum(p => p.Length)];
            int next = 0;
            foreach (Segment part in parts)
            {
                of(part).CopyTo(joined, next);
                next += part.Length;
            }
            return joined;
        }
    }

    /// <summary>Returns the segment with a line-spread function, of NaN if it has none.</summary>
    internal Segment WithLsf()
    {
        float[] unknown = new float[Length];
        Array.Fill(unknown, float.NaN);
        return LsfSigma is null ? this with { LsfSigma = unknown } : this;
    }
}
