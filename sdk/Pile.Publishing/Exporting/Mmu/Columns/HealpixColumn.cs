using System.Runtime.InteropServices;
using Pile.Format;
using Pile.Sky;

namespace Pile.Publishing;

/// <summary>The HEALPix pixel of each row at the order of the files, NESTED.</summary>
internal sealed class HealpixColumn() : MmuColumn(MmuTable.Healpix, DType.Int64)
{
    /// <summary>The order of the pixels: nside 16.</summary>
    internal const int Order = 4;

    internal override IEnumerable<string> Sources => [MmuTable.Ra, MmuTable.Dec];

    internal override MmuRowWriter Bind(MmuBatch batch, int[] shape, int elementBytes)
    {
        ReadOnlyMemory<double> raDeg = ((ColumnData<double>)batch[MmuTable.Ra]).Values;
        ReadOnlyMemory<double> decDeg = ((ColumnData<double>)batch[MmuTable.Dec]).Values;
        return (row, destination) =>
        {
            long pixel = Healpix.AngToPix(Order, raDeg.Span[row], decDeg.Span[row]);
            MemoryMarshal.Write(destination, in pixel);
        };
    }
}
