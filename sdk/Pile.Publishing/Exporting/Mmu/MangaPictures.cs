using System.Runtime.InteropServices;
using System.Text;
using Pile.Format;
using Pile.Hdf5;
using Pile.Writing.Shards;

namespace Pile.Publishing;

/// <summary>The reconstructed images and the derived maps of one cube as structures, padded as its spaxels.</summary>
internal sealed class MangaPictures(MmuBatch batch, MangaColumns columns)
{
    private const int Size = MangaColumns.Size, TextBytes = 64, PictureBytes = Size * Size * sizeof(float);

    /// <summary>The number of images.</summary>
    internal int Images => CountOf(columns.Image);

    /// <summary>The number of maps.</summary>
    internal int Maps => CountOf(columns.Map);

    /// <summary>The fields of an image.</summary>
    internal IReadOnlyList<Hdf5Field> ImageFields { get; } =
    [
        new("image_band", DType.String, [], TextBytes), new("image_array", DType.Float32, [Size, Size]),
        new("image_array_units", DType.String, [], TextBytes), new("image_psf", DType.Float32, [Size, Size]),
        new("image_psf_units", DType.String, [], TextBytes), new("image_scale", DType.Float32, []),
        new("image_scale_units", DType.String, [], TextBytes),
    ];

    /// <summary>The fields of a map.</summary>
    internal IReadOnlyList<Hdf5Field> MapFields { get; } =
    [
        new("group", DType.String, [], TextBytes), new("label", DType.String, [], TextBytes), new("array", DType.Float32, [Size, Size]),
        new("ivar", DType.Float32, [Size, Size]), new("mask", DType.Float32, [Size, Size]), new("array_units", DType.String, [], TextBytes),
    ];

    /// <summary>Fills one image.</summary>
    internal void FillImage(int image, Memory<byte> structure)
    {
        Span<byte> rest = structure.Span;
        Put(TextOf(columns.ImageBand, image), ref rest);
        Put(columns.Image, image, 0, ref rest);
        Put(columns.Image?.Unit ?? "", ref rest);
        Put(columns.Psf, image, 0, ref rest);
        Put(columns.Psf?.Unit ?? "", ref rest);
        ColumnData size = batch[columns.SpaxelSize.Name];
        ElementConversion.Convert(size.Schema.DType, size.RowBytes(0), DType.Float32, rest[..sizeof(float)]);
        rest = rest[sizeof(float)..];
        Put("arcsec", ref rest);
    }

    /// <summary>Fills one map, whose stored label is <c>group/label</c>.</summary>
    internal void FillMap(int map, Memory<byte> structure)
    {
        Span<byte> rest = structure.Span;
        string label = TextOf(columns.MapLabel, map);
        int slash = label.IndexOf('/', StringComparison.Ordinal);
        Put(slash < 0 ? label : label[..slash], ref rest);
        Put(label[(slash + 1)..], ref rest);
        Put(columns.Map, map, 0, ref rest);
        Put(columns.MapIvar, map, 0, ref rest);
        Put(columns.MapMask, map, MangaColumns.MapPadding, ref rest);
        Put(TextOf(columns.MapUnit, map), ref rest);
    }

    private int CountOf(ColumnSchema? column) => column is null || batch[column.Name].IsNullAt(0) ? 0 : batch[column.Name].ShapeOf(0)[0];

    private string TextOf(ColumnSchema? column, int element) =>
        column is not null && batch[column.Name] is TextColumnData texts && !texts.IsNullAt(0) && element < texts.ElementsOf(0)
            ? texts.Text(0, element) : "";

    private static void Put(string text, ref Span<byte> rest)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > TextBytes)
            throw new ArgumentException($"'{text}' has {bytes.Length} bytes as UTF-8; the layout 'manga' allows {TextBytes}.");
        bytes.CopyTo(rest);
        rest = rest[TextBytes..];
    }

    private void Put(ColumnSchema? column, int picture, double padding, ref Span<byte> rest)
    {
        Span<float> grid = MemoryMarshal.Cast<byte, float>(rest[..PictureBytes]);
        rest = rest[PictureBytes..];
        grid.Fill((float)padding);
        if (column is null || CountOf(column) <= picture)
            return;
        ColumnData data = batch[column.Name];
        if (data.ShapeOf(0) is not [_, <= Size and var height, <= Size and var width])
            throw batch.Invalid(0, column.Name, $"the layout has at most {Size} × {Size} pixels", "Set ExportOptions.Layout to 'cube'");
        int step = data.Schema.DType.ElementBytes(), top = (Size - height) / 2, left = (Size - width) / 2;
        for (int y = 0; y < height; y++)
            ElementConversion.Convert(data.Schema.DType, data.RowBytes(0).Slice(((picture * height) + y) * width * step, width * step),
                DType.Float32, MemoryMarshal.AsBytes(grid.Slice(((top + y) * Size) + left, width)));
    }
}
