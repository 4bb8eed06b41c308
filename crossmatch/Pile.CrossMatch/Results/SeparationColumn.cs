using Pile.Format;

namespace Pile.CrossMatch;

/// <summary>The separation of a pair.</summary>
internal sealed class SeparationColumn(ColumnSchema schema) : DoubleColumn(schema, ResultPart.Pair)
{
    internal override ReadOnlySpan<byte> Gather(BlockRows rows, Span<byte> buffer) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(rows.Separations);

    protected override void Fill(BlockRows rows, Span<double> values) => rows.Separations.CopyTo(values);
}
