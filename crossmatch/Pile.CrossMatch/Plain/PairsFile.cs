using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Pile.CrossMatch.Matching;
using Pile.Parquet;

namespace Pile.CrossMatch.Plain;

/// <summary>The Parquet file of pairs: a row group for each block, placed in order and written by any thread.</summary>
internal sealed class PairsFile : IDisposable
{
    private readonly MappedPositions a, b;
    private readonly CarriedSides? carried;
    private readonly PlainParquetWriter file;
    private readonly ThreadLocal<double[]> values = new(() => []);

    private PairsFile(MappedPositions a, MappedPositions b, CarriedSides? carried, PlainParquetWriter file) => (this.a, this.b, this.carried, this.file) = (a, b, carried, file);

    /// <summary>The columns that every file of pairs begins with.</summary>
    internal static readonly string[] OwnColumns = ["a_object_id", "b_object_id", "separation_arcsec", "a_ra", "a_dec", "b_ra", "b_dec"];

    internal static PairsFile Create(string path, MappedPositions a, MappedPositions b, CarriedSides? carried)
    {
        ParquetColumn[] columns = new ParquetColumn[OwnColumns.Length];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = new ParquetColumn(OwnColumns[i], i > 1 ? ParquetType.Double : (i == 0 ? a : b).HasTextIds ? ParquetType.Text : ParquetType.Int64);
        return new PairsFile(a, b, carried, PlainParquetWriter.Create(path, carried is null ? columns : [.. columns, .. carried.Columns]));
    }

    /// <summary>Gets ready what the place of a block depends on; on any thread.</summary>
    internal void Prepare(PairBuffer pairs)
    {
        pairs.TextA = a.HasTextIds ? PairTexts.Of(a, pairs.RowA.AsSpan(0, pairs.Count)) : [];
        pairs.TextB = b.HasTextIds ? PairTexts.Of(b, pairs.RowB.AsSpan(0, pairs.Count)) : [];
    }

    /// <summary>Gives a block its place; in order.</summary>
    internal void Place(PairBuffer pairs)
    {
        Span<long> textBytes = stackalloc long[OwnColumns.Length];
        (textBytes[0], textBytes[1]) = (pairs.TextA.Length, pairs.TextB.Length);
        pairs.Place = pairs.Count > 0 ? file.Place(pairs.Count, textBytes) : null;
    }

    /// <summary>Writes a block; on any thread.</summary>
    internal void Write(PairBuffer pairs)
    {
        if (pairs.Place is not { } place)
            return;
        ReadOnlySpan<int> rowA = pairs.RowA.AsSpan(0, pairs.Count), rowB = pairs.RowB.AsSpan(0, pairs.Count);
        if (values.Value!.Length < pairs.Count)
            values.Value = GC.AllocateUninitializedArray<double>(pairs.RowA.Length);
        Span<double> buffer = values.Value.AsSpan(0, pairs.Count);

        WriteIds(place, 0, a, rowA, pairs.TextA, buffer);
        WriteIds(place, 1, b, rowB, pairs.TextB, buffer);
        file.Write(place, 2, MemoryMarshal.AsBytes(pairs.SeparationArcsec.AsSpan(0, pairs.Count)));
        WriteColumn(place, 3, a, rowA, PositionColumn.Ra, buffer);
        WriteColumn(place, 4, a, rowA, PositionColumn.Dec, buffer);
        WriteColumn(place, 5, b, rowB, PositionColumn.Ra, buffer);
        WriteColumn(place, 6, b, rowB, PositionColumn.Dec, buffer);
        for (int i = 0; i < carried?.Schemas.Length; i++)
            file.Write(place, OwnColumns.Length + i, carried.Values(i).Gather(i < carried.CountA ? rowA : rowB, MemoryMarshal.AsBytes(buffer)));
    }

    /// <summary>Ends the file with what was matched.</summary>
    internal void Complete(PlainMatchOptions options, PlainMatchSummary summary, MatchDensity density, CancellationToken cancellationToken)
    {
        Dictionary<string, string> metadata = new(StringComparer.Ordinal)
        {
            ["IVOA.VOTable-Parquet.version"] = "1.0",
            ["IVOA.VOTable-Parquet.content"] = PairsMarkup.Of(a.HasTextIds, b.HasTextIds, carried?.Schemas ?? []),
            ["pile.match.version"] = typeof(PairsFile).Assembly.GetName().Version?.ToString(3) ?? "",
            ["pile.match.radius_arcsec"] = options.RadiusArcsec.ToString("R", CultureInfo.InvariantCulture),
            ["pile.match.find"] = options.NearestOnly ? "nearest" : "all",
            ["pile.match.join"] = "inner",
            ["pile.match.pairs"] = Text(summary.Pairs),
            ["pile.match.rows_a"] = Text(summary.RowsA),
            ["pile.match.rows_b"] = Text(summary.RowsB),
            ["pile.match.a_without_match"] = Text(summary.AWithoutMatch),
            ["pile.match.b_without_match"] = Text(summary.BWithoutMatch),
            ["pile.match.density"] = density.ToJson(),
        };
        Describe("a", a);
        Describe("b", b);
        foreach ((string side, SideIdentity identity) in carried?.Identities(cancellationToken) ?? [])
            metadata[$"pile.match.{side}.sha256"] = identity.Sha256!; // a dataset has one
        file.Complete(metadata);

        void Describe(string side, MappedPositions positions)
        {
            metadata[$"pile.match.{side}.kind"] = "dataset";
            metadata[$"pile.match.{side}.name"] = positions.Dataset;
            metadata[$"pile.match.{side}.version"] = positions.DatasetVersion;
            metadata[$"pile.match.{side}.positions_crc32c"] = positions.ContentChecksum;
            if (positions.EpochYear is { } year)
                metadata[$"pile.match.{side}.epoch_year"] = year;
        }

        static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        file.Dispose();
        values.Dispose();
    }

    private void WriteIds(RowGroupPlace place, int column, MappedPositions side, ReadOnlySpan<int> rows, byte[] texts, Span<double> buffer)
    {
        if (side.HasTextIds)
            file.Write(place, column, texts);
        else
            WriteColumn(place, column, side, rows, PositionColumn.Id, buffer);
    }

    private void WriteColumn(RowGroupPlace place, int column, MappedPositions side, ReadOnlySpan<int> rows, PositionColumn from, Span<double> buffer)
    {
        Gather(side, rows, from, buffer);
        file.Write(place, column, MemoryMarshal.AsBytes(buffer));
    }

    private static void Gather(MappedPositions side, ReadOnlySpan<int> rows, PositionColumn from, Span<double> destination)
    {
        for (int done = 0; done < rows.Length;)
        {
            int chunk = rows[done] >> SortedPositions.ChunkShift;
            done += GatherOf(chunk, side.AsTheyAre(chunk, from), rows[done..], destination[done..]);
        }
    }

    /// <returns>How many of the rows lie in the chunk, up to the first that does not.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int GatherOf(int chunk, ReadOnlySpan<double> values, ReadOnlySpan<int> rows, Span<double> destination)
    {
        ref double to = ref MemoryMarshal.GetReference(destination[..rows.Length]);
        int first = chunk << SortedPositions.ChunkShift, i = 0;
        _ = values[rows[0] - first]; // some row is always taken
        for (; i < rows.Length; i++)
        {
            uint row = (uint)(rows[i] - first);
            if (row >= (uint)values.Length)
                break;
            Unsafe.Add(ref to, i) = values[(int)row];
        }
        return i;
    }
}
