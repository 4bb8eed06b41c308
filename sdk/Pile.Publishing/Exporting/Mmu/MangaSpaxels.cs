using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Pile.Format;
using Pile.Hdf5;
using Pile.Writing.Shards;

namespace Pile.Publishing;

/// <summary>The spaxels of one cube as structures, whose fields the loader reads by position.</summary>
internal sealed class MangaSpaxels
{
    private const int Size = MangaColumns.Size, Wavelengths = MangaColumns.Wavelengths;

    private static readonly string[] Coordinates = ["skycoo_x", "skycoo_y", "ellcoo_r", "ellcoo_rre", "ellcoo_rkpc", "ellcoo_theta"];

    private readonly ColumnData flux, ivar, mask, lsf;
    private readonly float[] lambda = new float[Wavelengths];
    private readonly byte[] fluxUnit, lambdaUnit;
    private readonly int height, width, top, left;

    internal MangaSpaxels(MmuBatch batch, MangaColumns columns)
    {
        (flux, ivar, mask, lsf) = (Shaped(columns.Flux), Shaped(columns.Ivar), Shaped(columns.Mask), Shaped(columns.Lsf));
        (height, width) = (flux.ShapeOf(0)[1], flux.ShapeOf(0)[2]);
        (top, left) = ((Size - height) / 2, (Size - width) / 2);
        ColumnData waves = batch[columns.Lambda.Name];
        if (waves.IsNullAt(0) || waves.ShapeOf(0)[0] != Wavelengths)
            throw batch.Invalid(0, columns.Lambda.Name, $"the layout has {Wavelengths} wavelengths", "Set ExportOptions.Layout to 'cube'");
        ElementConversion.Convert(columns.Lambda.DType, waves.RowBytes(0), DType.Float32, MemoryMarshal.AsBytes(lambda.AsSpan()));
        fluxUnit = UnitOf(columns.Flux);
        lambdaUnit = UnitOf(columns.Lambda);

        ColumnData Shaped(ColumnSchema column)
        {
            ColumnData data = batch[column.Name];
            if (data.IsNullAt(0))
                throw batch.Missing(0, column.Name);
            ReadOnlySpan<int> shape = data.ShapeOf(0), expected = batch[columns.Flux.Name].ShapeOf(0);
            return shape is [Wavelengths, <= Size, <= Size] && shape.SequenceEqual(expected) ? data : throw batch.Invalid(0, column.Name,
                $"the shape is [{string.Join(", ", shape.ToArray())}], but the layout has {Wavelengths} wavelengths and at most "
                    + $"{Size} × {Size} spaxels, the same for all columns", "Set ExportOptions.Layout to 'cube'");
        }
    }

    /// <summary>The fields of a spaxel.</summary>
    internal IReadOnlyList<Hdf5Field> Fields =>
    [
        new("flux", DType.Float32, [Wavelengths]), new("ivar", DType.Float32, [Wavelengths]), new("mask", DType.Int64, [Wavelengths]),
        new("lsf_sigma", DType.Float32, [Wavelengths]), new("lambda", DType.Float32, [Wavelengths]), new("x", DType.Int8, []),
        new("y", DType.Int8, []), new("spaxel_idx", DType.Int16, []), new("flux_units", DType.String, [], fluxUnit.Length),
        new("lambda_units", DType.String, [], lambdaUnit.Length),
        .. Coordinates.Select(name => new Hdf5Field(name, DType.Float32, [])),
        .. ((string[])["skycoo_units", "ellcoo_r_units", "ellcoo_rre_units", "ellcoo_rkpc_units", "ellcoo_theta_units"])
            .Select(name => new Hdf5Field(name, DType.String, [], 1)),
    ];

    /// <summary>Fills one spaxel.</summary>
    /// <param name="number">Its number in the padded grid, row by row.</param>
    /// <param name="structure">Its fields.</param>
    internal void Fill(int number, Memory<byte> structure)
    {
        (int y, int x) = Math.DivRem(number, Size);
        Span<byte> spaxel = structure.Span;
        int at = 0;
        bool isInside = y >= top && y < top + height && x >= left && x < left + width;
        int index = isInside ? ((y - top) * width) + x - left : -1;
        Take(flux, DType.Float32, 0, spaxel);
        Take(ivar, DType.Float32, 0, spaxel);
        Take(mask, DType.Int64, MangaColumns.CubePadding, spaxel);
        Take(lsf, DType.Float32, 0, spaxel);
        MemoryMarshal.AsBytes(lambda.AsSpan()).CopyTo(spaxel[at..]);
        at += Wavelengths * sizeof(float);
        spaxel[at++] = (byte)x;
        spaxel[at++] = (byte)y;
        BinaryPrimitives.WriteInt16LittleEndian(spaxel[at..], (short)number);
        at += sizeof(short);
        fluxUnit.CopyTo(spaxel[at..]);
        lambdaUnit.CopyTo(spaxel[(at + fluxUnit.Length)..]);
        at += fluxUnit.Length + lambdaUnit.Length;
        MemoryMarshal.Cast<byte, float>(spaxel.Slice(at, Coordinates.Length * sizeof(float))).Fill(float.NaN); // not in the dataset

        void Take(ColumnData data, DType type, double padding, Span<byte> fields)
        {
            int step = data.Schema.DType.ElementBytes(), size = type.ElementBytes();
            Span<byte> values = fields.Slice(at, Wavelengths * size);
            at += values.Length;
            if (index < 0)
            {
                ElementConversion.Fill(type, padding, values);
                return;
            }
            ReadOnlySpan<byte> cube = data.RowBytes(0);
            int plane = height * width;
            Span<byte> gathered = stackalloc byte[64 * sizeof(double)];
            for (int k = 0; k < Wavelengths; k += 64)
            {
                int count = Math.Min(64, Wavelengths - k);
                for (int i = 0; i < count; i++)
                    cube.Slice((((k + i) * plane) + index) * step, step).CopyTo(gathered[(i * step)..]);
                ElementConversion.Convert(data.Schema.DType, gathered[..(count * step)], type, values.Slice(k * size, count * size));
            }
        }
    }

    private static byte[] UnitOf(ColumnSchema column) =>
        column.Unit is { Length: > 0 } unit ? Encoding.UTF8.GetBytes(unit) : [0];
}
