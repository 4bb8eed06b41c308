using Pile.Builders;
using Pile.Format;

namespace Pile.Adopting.Tests;

/// <summary>The location of a value, as an archive gives it.</summary>
internal sealed record Location(string Uri, long Offset, int Bytes, uint? Crc);

/// <summary>A row that an archive gives.</summary>
internal sealed record AdoptedRow(string Id, string Path, long? Size, double? Modified, string? MediaType,
    Dictionary<string, Location?> Contents, Dictionary<string, object?> Others);

/// <summary>Everything that an archive gives.</summary>
internal sealed class AdoptedRows
{
    internal List<AdoptedRow> Rows { get; } = [];
    internal List<ReferencedFile> Files { get; } = [];
    internal List<SkippedRow> Skipped { get; } = [];
    internal List<string> Findings { get; } = [];

    internal AdoptedRow this[string id] => Rows.Single(row => row.Id == id);

    internal string ReasonFor(string file) => Skipped.Single(s => s.File.EndsWith(file, StringComparison.Ordinal)).Reason;

    internal static AdoptedRows Of(IArchive archive, bool computesChecksums = false)
    {
        AdoptedRows all = new();
        for (int unit = 0; unit < archive.Units.Length; unit++)
        {
            ArchiveContext context = new()
            {
                AddFile = file => { all.Files.Add(file); return all.Files.Count - 1; },
                OnSkip = all.Skipped.Add,
                OnFinding = all.Findings.Add,
                ComputesChecksums = computesChecksums,
            };
            foreach (RowBatch batch in archive.Read(unit, context, TestContext.Current.CancellationToken))
                for (int row = 0; row < batch.RowCount; row++)
                    all.Rows.Add(all.RowOf(batch, row));
        }
        return all;
    }

    private AdoptedRow RowOf(RowBatch batch, int row) => new(
        ((TextColumnData)batch["object_id"]).Text(row),
        ((TextColumnData)batch["path"]).Text(row),
        batch.Find("size") is ColumnData<long> size ? size.Values.Span[row] : null,
        batch.Find("modified") is ColumnData<double> modified ? modified.Values.Span[row] : null,
        batch.Find("media_type") is TextColumnData type && !type.IsNullAt(row) ? type.Text(row) : null,
        batch.Columns.OfType<ReferenceColumnData>().ToDictionary(c => c.Schema.Name, c => LocationOf(c, row)),
        batch.Columns.Where(c => c is not ReferenceColumnData).ToDictionary(c => c.Schema.Name, c => ValueOf(c, row)));

    private Location? LocationOf(ReferenceColumnData column, int row)
    {
        Assert.Equal(ColumnStorage.Reference, column.Schema.Storage);
        int piece = column.StartOf(row), pieces = column.StartOf(row + 1) - piece, length = column.ShapeOf(row)[0];
        if (column.IsNullAt(row))
        {
            Assert.Equal(0, pieces);
            return null;
        }
        Assert.Equal(length == 0 ? 0 : 1, pieces);
        if (pieces == 0)
            return new(Files[column.Files[row]].Uri, 0, 0, null);
        Assert.Equal((length, 0), (column.StoredBytes[piece], (int)column.Codecs[piece]));
        return new(Files[column.Files[row]].Uri, column.Offsets[piece], length, column.Crcs?[piece]);
    }

    private static object? ValueOf(ColumnData column, int row) => column.IsNullAt(row) ? null : column switch
    {
        TextColumnData text => text.Text(row),
        ColumnData<double> doubles => doubles.Values.Span[row],
        ColumnData<long> longs => longs.Values.Span[row],
        _ => column.RowBytes(row).ToArray(),
    };
}
