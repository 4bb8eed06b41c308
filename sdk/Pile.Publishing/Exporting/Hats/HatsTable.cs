using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;
using Pile.Sky;

namespace Pile.Publishing;

/// <summary>The columns of a HATS catalogue with payload: one struct of lists for the columns of the modality, and the other columns under
/// their own names.</summary>
internal sealed class HatsTable
{
    private readonly List<HatsColumn> columns = [];
    private readonly List<string> expressions = [], defaults = [];
    private readonly HashSet<string> names = new(StringComparer.OrdinalIgnoreCase) { ColumnNames.Healpix29 };

    // The columns by their names in a tile; members of structs are "struct.member".
    private readonly List<ColumnSchema> described =
        [new() { Name = ColumnNames.Healpix29, DType = DType.Int64, Description = "NESTED pixel at order 29" }];
    private readonly Manifest manifest;
    private string metadata = "";

    private HatsTable(Manifest manifest) => this.manifest = manifest;

    /// <summary>The stored columns that are read.</summary>
    internal IEnumerable<string> Sources => columns.SelectMany(column => column.Source).Distinct(StringComparer.Ordinal);

    /// <summary>The columns that readers load by default: those without payload.</summary>
    internal IReadOnlyList<string> Defaults => defaults;

    /// <summary>The name and type of each column that DuckDB reads.</summary>
    internal ImmutableArray<DuckDbField> Fields =>
        [new(ColumnNames.Healpix29, DuckDbType.BigInt), .. columns.Select((column, i) => new DuckDbField(NameOf(i), column.Type))];

    /// <summary>Describes the tiles of a dataset.</summary>
    /// <param name="manifest">The dataset.</param>
    /// <param name="metadataOf">Returns the option of <c>COPY</c> that declares columns; null to declare none.</param>
    internal static HatsTable Of(Manifest manifest, Func<IReadOnlyList<ColumnSchema>, string>? metadataOf = null)
    {
        HatsTable table = new(manifest);
        HashSet<string> used = new(StringComparer.Ordinal) { MmuTable.Healpix };
        foreach (string name in (ReadOnlySpan<string>)[MmuTable.Id, MmuTable.Ra, MmuTable.Dec])
            if (manifest.Column(name) is { } column && used.Add(name))
                table.Add(column);
        table.Compute(MmuTable.Healpix, $"({ColumnNames.Healpix29} >> {2 * (Healpix.MaxOrder - HealpixColumn.Order)})::BIGINT",
            $"NESTED pixel at order {HealpixColumn.Order}");
        (string Name, List<(string Member, HatsColumn Column)> Members) payload = HatsPayload.Of(manifest, used);
        if (payload.Members.Count > 0)
            table.AddStruct(payload.Name, payload.Members, isPayload: true);
        // Lists have their own lengths.
        used.UnionWith(manifest.Columns.Where(column => column.IsRagged).Select(column => ColumnNames.Shape(column.Name)));
        foreach (ColumnSchema column in manifest.Columns)
            if (column.Nested is { } group && used.Add(column.Name))
            {
                ColumnSchema[] members = [.. manifest.Columns.Where(c => c.Nested == group)];
                used.UnionWith(members.Select(c => c.Name));
                table.AddStruct(table.Free(group, ColumnNames.Native(group)), [.. members.Select(c => (c.NestedMember, HatsColumn.Of(c)))],
                    isPayload: members.Any(c => c.IsHeavy));
            }
            else if (used.Add(column.Name))
                table.Add(column);
        table.metadata = metadataOf?.Invoke(table.described) ?? "";
        return table;
    }

    /// <summary>Returns the columns of a batch.</summary>
    internal IReadOnlyList<DuckDbColumn> Bind(RowBatch batch)
    {
        ReadOnlySpan<double> raDeg = batch.Values<double>(MmuTable.Ra), decDeg = batch.Values<double>(MmuTable.Dec);
        long[] healpix29 = new long[batch.RowCount];
        for (int row = 0; row < healpix29.Length; row++)
            healpix29[row] = Healpix.AngToPix(Healpix.MaxOrder, raDeg[row], decDeg[row]);
        return [DuckDbColumn.Of<long>(healpix29), .. columns.Select(column => column.Value(batch))];
    }

    /// <summary>Writes batches of <see cref="Fields"/> as a tile.</summary>
    internal void Write(DuckDbConnection connection, IEnumerable<IReadOnlyList<DuckDbColumn>> batches, string path, int rowGroupRows,
        CancellationToken cancellationToken) =>
        ParquetCopy.Write(connection, Fields, batches, Select, path, Options(rowGroupRows), cancellationToken);

    /// <summary>Returns SQL that writes the schema only.</summary>
    internal string CopySchemaSql(string path) => $"COPY (SELECT {Select} FROM (SELECT "
        + $"{string.Join(", ", Fields.Select(f => $"CAST(NULL AS {f.Type}) AS {DuckDbSql.Identifier(f.Name)}"))}) WHERE false) "
        + $"TO {DuckDbSql.Literal(path)} (FORMAT parquet{Options(rowGroupRows: 1)})";

    private string Select => string.Join(", ", expressions.Prepend(ColumnNames.Healpix29));

    private string Options(int rowGroupRows) => $", COMPRESSION zstd, ROW_GROUP_SIZE {rowGroupRows}{metadata}";

    private static string NameOf(int column) => $"c{column}";

    // DuckDB and other tools ignore case: of names that differ by case alone, the first keeps its own.
    private string Free(string name, string otherName)
    {
        while (!names.Add(name))
            (name, otherName) = (otherName, otherName + "_");
        return name;
    }

    private void Add(ColumnSchema column)
    {
        HatsColumn read = HatsColumn.Of(column);
        string name = Free(column.Name, column.IndexName ?? ColumnNames.Native(column.Name));
        described.Add(ColumnMeaning.In(manifest, column) with { Name = name });
        Output(name, read.Sql(Read(read)), column.IsHeavy);
    }

    private void AddStruct(string name, List<(string Member, HatsColumn Column)> members, bool isPayload)
    {
        names.Add(name);
        described.AddRange(members.Select(m => ColumnMeaning.In(manifest, m.Column.Schema) with { Name = $"{name}.{m.Member}" }));
        Output(name, $"struct_pack({string.Join(", ", members.Select(m => $"{DuckDbSql.Identifier(m.Member)} := "
            + $"{m.Column.Sql(Read(m.Column))}"))})", isPayload);
    }

    private void Compute(string name, string sql, string description)
    {
        names.Add(name);
        described.Add(new ColumnSchema { Name = name, DType = DType.Int64, Description = description });
        Output(name, sql, isPayload: false);
    }

    private void Output(string name, string sql, bool isPayload)
    {
        expressions.Add($"{sql} AS {DuckDbSql.Identifier(name)}");
        if (!isPayload)
            defaults.Add(name);
    }

    private string Read(HatsColumn column)
    {
        columns.Add(column);
        return NameOf(columns.Count - 1);
    }
}
