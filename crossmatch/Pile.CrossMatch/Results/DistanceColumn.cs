using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The distance of a pair on the earth.</summary>
internal sealed class DistanceColumn(ColumnSchema schema) : DoubleColumn(schema, ResultPart.Pair)
{
    protected override void Fill(BlockRows rows, Span<double> values)
    {
        ReadOnlySpan<double> arcsec = rows.Separations;
        for (int i = 0; i < values.Length; i++)
            values[i] = arcsec[i] * EarthDistance.MPerArcsec;
    }
}
