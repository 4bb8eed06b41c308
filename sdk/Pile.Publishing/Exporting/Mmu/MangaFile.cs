using System.Runtime.InteropServices;
using System.Text;
using Pile.Codecs;
using Pile.Format;
using Pile.Hdf5;
using Pile.Reading;
using Pile.Writing.Shards;

namespace Pile.Publishing;

/// <summary>Writes one exported file of cubes: a group for each object, with its spaxels, images and maps as structures.</summary>
/// <remarks>The grid of spaxels is padded to a square, with the cube in its centre.</remarks>
internal sealed class MangaFile(string dataset, MangaColumns columns)
{
    private const PieceCodec Codec = PieceCodec.Deflate;

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pixel">The pixel of its rows.</param>
    /// <param name="rows">Open rows, among them those of the file.</param>
    /// <param name="inFile">The rows of the file.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    internal async Task WriteAsync(string path, long pixel, RowReader rows, int[] inFile, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (Hdf5Writer file = Hdf5Writer.Create(path))
        {
            file.Attributes.Write("project", columns.Provenance.Project);
            file.Attributes.Write("survey", columns.Provenance.Survey);
            file.Attributes.Write("release", columns.Provenance.Release);
            // One cube at a time: it can have hundreds of megabytes.
            await foreach (RowBatch batch in rows.ReadAsync(inFile, 1, cancellationToken).ConfigureAwait(false))
                WriteObject(file, new MmuBatch(dataset, batch), pixel, cancellationToken);
            file.Close();
        }
        DiskFlush.File(path);
    }

    private void WriteObject(Hdf5Writer file, MmuBatch batch, long pixel, CancellationToken cancellationToken)
    {
        string id = batch[MmuTable.Id] is TextColumnData text ? text.Text(0) : $"{batch.Rows.Values<long>(MmuTable.Id)[0]}";
        string group = ColumnNames.ToHdf5(id);
        file.CreateGroup(group);
        WriteText("object_id", id);
        WriteNumber(MmuTable.Ra, batch.Rows.Values<double>(MmuTable.Ra)[0]);
        WriteNumber(MmuTable.Dec, batch.Rows.Values<double>(MmuTable.Dec)[0]);
        WriteNumber(MmuTable.Healpix, pixel);
        WriteNumber("z", NumberOf(batch, columns.Redshift));
        WriteNumber("spaxel_size", NumberOf(batch, columns.SpaxelSize));
        WriteText("spaxel_size_unit", "arcsec");
        MangaSpaxels spaxels = new(batch, columns);
        PieceEncoder encoder = new();
        Write("spaxels", spaxels.Fields, MangaColumns.Size * MangaColumns.Size, spaxels.Fill);
        MangaPictures pictures = new(batch, columns);
        Write("images", pictures.ImageFields, pictures.Images, pictures.FillImage);
        Write("maps", pictures.MapFields, pictures.Maps, pictures.FillMap);

        void WriteText(string name, string value)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(value);
            file.CreateContiguous($"{group}/{name}", DType.String, [], bytes.Length).WriteRowBytes(0, bytes);
        }

        void WriteNumber<T>(string name, T value) where T : unmanaged =>
            file.CreateContiguous($"{group}/{name}", DTypes.Of<T>(), []).WriteRows<T>(0, [value]);

        // A chunk for each structure: the loader reads them one by one, and a larger chunk does not fit its cache.
        void Write(string name, IReadOnlyList<Hdf5Field> fields, int count, Action<int, Memory<byte>> fill)
        {
            Hdf5DatasetWriter target = file.CreateCompound($"{group}/{name}", fields, count, 1, Codec);
            byte[] structure = new byte[target.ElementBytes];
            byte[] stored = new byte[PieceEncoder.MaxStoredBytes(Codec, structure.Length)];
            for (int i = 0; i < count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                structure.AsSpan().Clear();
                fill(i, structure);
                int bytes = encoder.Encode(Codec, structure, target.ElementBytes, stored);
                target.WriteChunk([i], stored.AsSpan(0, bytes));
            }
        }
    }

    private static double NumberOf(MmuBatch batch, ColumnSchema column)
    {
        ColumnData data = batch[column.Name];
        if (data.IsNullAt(0))
            return double.NaN;
        double value = 0;
        ElementConversion.Convert(column.DType, data.RowBytes(0), DType.Float64, MemoryMarshal.AsBytes(new Span<double>(ref value)));
        return value;
    }
}
