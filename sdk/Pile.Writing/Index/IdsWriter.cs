using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Pile.Codecs;
using Pile.DuckDb;
using Pile.Format;
using Pile.Parquet;

namespace Pile.Writing.Index;

/// <summary>Writes <c>ids.parquet</c> (SCHEMA.md §6.5): the ids of a dataset in ascending order, each with its row's position in the
/// index.</summary>
internal sealed class IdsWriter : IDisposable
{
    private const int GroupRows = IdsLayout.GroupRows, IdColumn = 0, RowColumn = 1;

    private readonly PlainParquetWriter file;
    private readonly bool hasTextIds;
    private readonly long[] ids, rows = new long[GroupRows];
    private readonly StringBuilder checksums = new();
    private readonly PlainTexts texts = new(GroupRows);
    private int count;

    private IdsWriter(PlainParquetWriter file, bool hasTextIds)
    {
        (this.file, this.hasTextIds) = (file, hasTextIds);
        ids = new long[hasTextIds ? 0 : GroupRows];
    }

    /// <summary>Sorts the ids of a file of positions, and writes them.</summary>
    /// <param name="path">A file that does not exist yet.</param>
    /// <param name="positionsPath">The dataset's <c>positions.parquet</c>.</param>
    /// <param name="hasTextIds">True if ids are text.</param>
    /// <param name="connection">Sorts the ids, on disk if they exceed its memory.</param>
    /// <param name="cancellationToken">Cancels the sort.</param>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    internal static void Write(string path, string positionsPath, bool hasTextIds, DuckDbConnection connection,
        CancellationToken cancellationToken)
    {
        using IdsWriter writer = new(PlainParquetWriter.Create(path, [
            new(IdsLayout.ObjectId, hasTextIds ? ParquetType.Text : ParquetType.Int64), new(IdsLayout.Row, ParquetType.Int64)]),
            hasTextIds);
        // Without a collation DuckDB compares texts by their UTF-8 bytes.
        using DuckDbResult sorted = connection.Query(
            $"SELECT {PositionsLayout.ObjectId}, file_row_number FROM read_parquet({DuckDbSql.Literal(positionsPath)}, "
                + $"hive_partitioning = false, file_row_number = true) ORDER BY {PositionsLayout.ObjectId}",
            cancellationToken: cancellationToken);
        while (sorted.TryNextChunk(out DuckDbChunk? chunk))
            writer.Append(chunk);
        writer.Complete();
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void Append(DuckDbChunk chunk)
    {
        ReadOnlySpan<long> chunkRows = chunk.Values<long>(RowColumn);
        for (int i = 0; i < chunkRows.Length; i++)
        {
            if (hasTextIds)
                texts.Append(chunk[IdColumn].Utf8(i));
            else
                ids[count] = chunk.Values<long>(IdColumn)[i];
            rows[count++] = chunkRows[i];
            if (count == GroupRows)
                WriteGroup();
        }
    }

    private void Complete()
    {
        if (count > 0)
            WriteGroup();
        file.Complete(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [IdsLayout.VersionKey] = PageChecksums.LayoutVersion,
            [PageChecksums.PagesKey] = checksums.ToString(),
            [PageChecksums.FooterKey] = FooterChecksum.Unknown,
        }, seal: static footer => FooterChecksum.Write(footer, PageChecksums.FooterKey));
    }

    private void WriteGroup()
    {
        ReadOnlySpan<byte> rowBytes = MemoryMarshal.AsBytes(rows.AsSpan(0, count));
        ReadOnlySpan<byte> idBytes = hasTextIds ? texts.Bytes : MemoryMarshal.AsBytes(ids.AsSpan(0, count));
        RowGroupPlace place = file.Place(count, [texts.Length, 0]);
        if (hasTextIds)
            file.WriteText(place, IdColumn, idBytes, texts.First, texts.Last);
        else
            file.Write(place, IdColumn, idBytes, ids[0], ids[count - 1]);
        file.Write(place, RowColumn, rowBytes);
        checksums.Append(CultureInfo.InvariantCulture, $"{Crc32C.Compute(idBytes):x8}{Crc32C.Compute(rowBytes):x8}");
        count = 0;
        texts.Clear();
    }
}
