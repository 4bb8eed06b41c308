using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>The sorted positions of a loaded side; rows without a position are after them.</summary>
/// <param name="healpix29">Order-29 NESTED pixels, ascending.</param>
/// <param name="raDeg">Right ascensions: ICRS degrees in [0, 360).</param>
/// <param name="decDeg">Declinations: ICRS degrees in [-90, 90].</param>
/// <param name="count">The number of rows with a position.</param>
internal sealed class RowPositions(RowArray<long> healpix29, RowArray<double> raDeg, RowArray<double> decDeg, int count) : SortedPositions
{
    /// <inheritdoc/>
    public override int Count => count;

    /// <inheritdoc/>
    public override ReadOnlySpan<long> Healpix29(int chunk) => healpix29.GetSpan().Slice(chunk << ChunkShift, RowsOf(chunk));

    /// <inheritdoc/>
    public override ReadOnlySpan<double> RaDeg(int chunk) => raDeg.GetSpan().Slice(chunk << ChunkShift, RowsOf(chunk));

    /// <inheritdoc/>
    public override ReadOnlySpan<double> DecDeg(int chunk) => decDeg.GetSpan().Slice(chunk << ChunkShift, RowsOf(chunk));
}
