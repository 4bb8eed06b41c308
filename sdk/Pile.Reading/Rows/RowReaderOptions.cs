namespace Pile.Reading;

/// <summary>How rows are read.</summary>
public sealed record RowReaderOptions
{
    /// <summary>True to verify every piece by its CRC-32C, which takes 5 µs for 184 kB. If false, only damage that breaks decoding is
    /// detected.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>True to return the windows of rasters themselves (<see cref="Pile.Format.WindowColumnData"/>) instead of their
    /// pixels.</summary>
    internal bool KeepsWindows { get; init; }
}
