namespace Pile.Sky;

/// <summary>A run of NESTED pixel numbers at one order, the end excluded.</summary>
/// <param name="Start">First pixel.</param>
/// <param name="End">One past the last pixel; never below <paramref name="Start"/>.</param>
internal readonly record struct HealpixRange(long Start, long End)
{
    /// <summary>Number of pixels.</summary>
    public long Count => End - Start;

    /// <summary>Whether a pixel of the same order lies in the run.</summary>
    public bool Contains(long pixel) => pixel >= Start && pixel < End;

    /// <summary>The run in interval notation, as in <c>[4, 8)</c>.</summary>
    public override string ToString() => $"[{Start}, {End})";
}
