using Pile.Drawing;
using Pile.Format;

namespace Pile.Plotting;

/// <summary>Shows a column of JPEG or PNG files: the pictures that they are, with the bytes of the files unchanged.</summary>
internal sealed class PictureFileRowPlot(Manifest manifest, ColumnSchema schema) : RowPlot(manifest, schema)
{
    // A page contains the whole file as text.
    private const int MostBytes = 64 << 20;

    internal override bool IsWide => false;

    private protected override IEnumerable<string> Companions => [];

    /// <summary>Returns whether the values of a column are files, of which some may be pictures.</summary>
    internal static bool Suits(Manifest manifest, ColumnSchema column) =>
        column is { DType: DType.UInt8, Shape: [ColumnSchema.Ragged] } && (column.Encoding is "jpeg" or "png"
            || (manifest.Modality == "file" && column is { Name: "content", Encoding: null }));

    private protected override SvgFigure DrawRow(RowBatch batch, int row, string title)
    {
        ReadOnlySpan<byte> file = batch[Schema.Name].RowBytes(row);
        MediaType type = MediaTypes.Of(file[..Math.Min(file.Length, MediaTypes.HeadBytes)], file.Length <= MediaTypes.HeadBytes);
        string id = RowNumbers.Id(batch, row);
        if (type is not (MediaType.Jpeg or MediaType.Png))
            throw Nothing(id, row, $"a file of type {MediaTypes.TextOf(type)}, neither JPEG nor PNG");
        if (file.Length > MostBytes)
            throw Nothing(id, row, FormattableString.Invariant($"a picture of {file.Length:N0} bytes, more than {MostBytes:N0}"));
        try
        {
            PictureSize? found = PictureHeader.Read(type, file, isComplete: true);
            PictureStructure.Check(type, file); // the drawing contains the bytes, and programs draw nothing of a damaged file
            if (found is { Width: > 0, Height: > 0 } size)
                return ImagePanel.DrawFile(file, MediaTypes.TextOf(type), size.Width, size.Height, title);
        }
        catch (HeaderFaultException e)
        {
            throw Nothing(id, row, $"a file that {e.Message}");
        }
        throw Nothing(id, row, "a picture without a size in its header");
    }
}
