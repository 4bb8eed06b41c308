namespace Pile.Sky;

/// <summary>A range of NESTED pixel numbers at one order, excluding its end.</summary>
/// <param name="Start">First pixel.</param>
/// <param name="End">One past the last pixel; at least <paramref name="Start"/>.</param>
internal readonly record struct HealpixRange(long Start, long End)
{
    /// <summary>Number of pixels.</summary>
    public long Count => End - Start;

    /// <summary>Returns whether the range contains a pixel of the same order.</summary>
    public bool Contains(long pixel) => pixel >= Start && pixel < End;

    /// <summary>Formats the range in interval notation, as in <c>[4, 8)</c>.</summary>
    public override string ToString() => $"[{Start}, {End})";
}
