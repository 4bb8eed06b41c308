namespace Pile.CrossMatch.Matching;

/// <summary>Sorted positions in memory, 24 bytes per row.</summary>
internal sealed class PositionArrays : SortedPositions
{
    private readonly long[] healpix29;
    private readonly double[] raDeg, decDeg;

    /// <summary>Uses arrays of equal length without copying them.</summary>
    /// <param name="healpix29">Order-29 NESTED pixels, ascending.</param>
    /// <param name="raDeg">Right ascensions: ICRS degrees in [0, 360).</param>
    /// <param name="decDeg">Declinations: ICRS degrees in [-90, 90].</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public PositionArrays(long[] healpix29, double[] raDeg, double[] decDeg)
    {
        if (raDeg.Length != healpix29.Length || decDeg.Length != healpix29.Length)
            throw new ArgumentException($"Expected three arrays of length {healpix29.Length}, got {raDeg.Length} right ascensions and "
                + $"{decDeg.Length} declinations.");
        (this.healpix29, this.raDeg, this.decDeg) = (healpix29, raDeg, decDeg);
    }

    /// <inheritdoc/>
    public override int Count => healpix29.Length;

    /// <inheritdoc/>
    public override ReadOnlySpan<long> Healpix29(int chunk) => healpix29.AsSpan(chunk << ChunkShift, RowsOf(chunk));

    /// <inheritdoc/>
    public override ReadOnlySpan<double> RaDeg(int chunk) => raDeg.AsSpan(chunk << ChunkShift, RowsOf(chunk));

    /// <inheritdoc/>
    public override ReadOnlySpan<double> DecDeg(int chunk) => decDeg.AsSpan(chunk << ChunkShift, RowsOf(chunk));
}
