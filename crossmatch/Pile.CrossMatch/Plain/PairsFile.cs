using System.Collections.Immutable;
using Pile.CrossMatch.Matching;
using Pile.Parquet;

namespace Pile.CrossMatch.Plain;

/// <summary>Writes the Parquet file of a result: a row group for each block, located in order and written by any thread.</summary>
internal sealed class PairsFile : IPairSink, IDisposable
{
    private readonly ImmutableArray<ResultColumn> columns;
    private readonly bool mayLackA, mayLackB;
    private readonly PlainParquetWriter file;
    private readonly int[]? sideOf;
    private readonly ThreadLocal<byte[]> buffers = new(() => []);

    private PairsFile(ImmutableArray<ResultColumn> columns, bool mayLackA, bool mayLackB, int[]? sideOf, PlainParquetWriter file) =>
        (this.columns, this.mayLackA, this.mayLackB, this.sideOf, this.file) = (columns, mayLackA, mayLackB, sideOf, file);

    /// <summary>Returns true if plain pages support all columns: numbers, booleans and text, one value per row.</summary>
    internal static bool CanHold(ImmutableArray<ResultColumn> columns)
    {
        foreach (ResultColumn column in columns)
            if (column.Parquet is null)
                return false;
        return true;
    }

    /// <summary>Creates a file.</summary>
    /// <param name="path">A file that does not exist.</param>
    /// <param name="columns">The columns, for which <see cref="CanHold"/> is true.</param>
    /// <param name="mayLackA">True if the row of A may be missing.</param>
    /// <param name="mayLackB">True if the row of B may be missing.</param>
    /// <param name="sideOf">In a result of several sides, the side after A to which each column belongs.</param>
    internal static PairsFile Create(string path, ImmutableArray<ResultColumn> columns, bool mayLackA, bool mayLackB, int[]? sideOf)
    {
        ParquetColumn[] stored = new ParquetColumn[columns.Length];
        for (int i = 0; i < stored.Length; i++)
            stored[i] = columns[i].Parquet!;
        return new PairsFile(columns, mayLackA, mayLackB, sideOf, PlainParquetWriter.Create(path, stored));
    }

    /// <inheritdoc/>
    public void Prepare(PairBuffer rows)
    {
        if (rows.Count == 0)
            return;
        if (sideOf is null)
            rows.Rows = new BlockRows(rows, mayLackA, mayLackB);
        else
            rows.Blocks = [.. rows.Sides.Select(s =>
                new BlockRows(rows.RowA, s.Row, s.SeparationArcsec, 0, rows.Count, mayLackA, mayLackB))];
        (rows.Pages, rows.Nulls) = (new byte[columns.Length][], new int[columns.Length]);
        for (int i = 0; i < columns.Length; i++)
        {
            BlockRows block = Of(rows, i);
            if (columns[i].IsEncoded)
                rows.Pages[i] = columns[i].Encode(block, out rows.Nulls[i]);
            else
                rows.Nulls[i] = block.Count - block.CountOf(columns[i].Part);
        }
    }

    /// <inheritdoc/>
    public void Place(PairBuffer rows)
    {
        if (rows.Count == 0)
        {
            rows.Place = null;
            return;
        }
        Span<long> pageBytes = new long[columns.Length];
        for (int i = 0; i < columns.Length; i++)
            pageBytes[i] = rows.Pages[i] is { } page ? page.Length
                : Of(rows, i).LevelsOf(columns[i].Part).Length + columns[i].Parquet!.ValuesBytes(rows.Count - rows.Nulls[i]);
        rows.Place = file.Place(rows.Count, pageBytes);
    }

    /// <inheritdoc/>
    public void Write(PairBuffer rows)
    {
        if (rows.Place is not { } place)
            return;
        if (buffers.Value!.Length < rows.Count * sizeof(double))
            buffers.Value = GC.AllocateUninitializedArray<byte>(rows.RowA.Length * sizeof(double));
        for (int i = 0; i < columns.Length; i++)
            if (rows.Pages[i] is { } page)
                file.Write(place, i, page, nulls: rows.Nulls[i]);
            else
                file.Write(place, i, columns[i].Gather(Of(rows, i), buffers.Value.AsSpan(0, rows.Count * sizeof(double))),
                    levels: Of(rows, i).LevelsOf(columns[i].Part), nulls: rows.Nulls[i]);
        rows.Place = null;
    }

    private BlockRows Of(PairBuffer rows, int column) => sideOf is null ? rows.Rows! : rows.Blocks[sideOf[column]];

    /// <summary>Completes the file.</summary>
    /// <param name="record">The record of the match.</param>
    internal void Complete(IEnumerable<KeyValuePair<string, string>> record)
    {
        Dictionary<string, string> metadata = new(StringComparer.Ordinal)
        {
            ["IVOA.VOTable-Parquet.version"] = "1.0",
            ["IVOA.VOTable-Parquet.content"] = PairsMarkup.Of(columns),
        };
        foreach (KeyValuePair<string, string> entry in record)
            metadata[entry.Key] = entry.Value;
        file.Complete(metadata);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        buffers.Dispose();
    }
}
