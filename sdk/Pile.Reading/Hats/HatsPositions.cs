using System.Collections.Immutable;
using Pile.DuckDb;
using Pile.Format;

namespace Pile.Reading;

/// <summary>Adds the standard columns <c>object_id</c>, <c>ra</c> and <c>dec</c> to those of a HATS catalogue.</summary>
/// <param name="address">The catalogue, for messages.</param>
/// <param name="properties">Its properties, which name the columns of positions.</param>
/// <param name="report">Receives the choice of ids; null to ignore it.</param>
internal sealed class HatsPositions(string address, HatsProperties properties, Action<string>? report)
{
    /// <summary>The value of <see cref="DatasetOptions.IdColumn"/> for row numbers.</summary>
    internal const string RowWord = "row";

    private const string Healpix = "healpix";

    /// <summary>The column of the catalogue that has the ids; null before <see cref="Complete"/>, or if ids are row numbers.</summary>
    internal string? IdColumn { get; private set; }

    /// <summary>The float64 column of the tiles that has the right ascensions, which are converted as they are read; null if
    /// <c>ra</c> converts them.</summary>
    internal string? StoredRa { get; private set; }

    /// <summary>Returns SQL of a right ascension in [0, 360): values in [-180, 0) are 360 degrees more.</summary>
    internal static string WrappedSql(string raDeg) => $"CASE WHEN {raDeg} < 0 AND {raDeg} >= -180 THEN {raDeg} + 360 ELSE {raDeg} END";

    /// <summary>Returns the columns with the standard ones first.</summary>
    /// <param name="native">The columns of the catalogue.</param>
    /// <param name="idColumn">The column of ids, or <see cref="RowWord"/>; null to find it.</param>
    /// <exception cref="DatasetInvalidException">There is no column of positions.</exception>
    /// <exception cref="ArgumentException">There is no column of ids with the given name.</exception>
    internal ImmutableArray<ColumnSchema> Complete(ImmutableArray<ColumnSchema> native, string? idColumn)
    {
        ColumnSchema ra = Angle(native, "hats_col_ra", PositionWords.Ra), dec = Angle(native, "hats_col_dec", PositionWords.Dec);
        ColumnSchema? id = idColumn is null ? FindId(native) : idColumn == RowWord && native.All(c => c.Name != RowWord) ? null
            : RequireId(native, idColumn);
        IdColumn = id?.Name;
        StoredRa = ra.DType == DType.Float64 && ra.TileSql == DuckDbSql.Identifier(ra.Name) ? ra.Name : null;
        if (id is null && idColumn is null)
            report?.Invoke($"'{address}' has no column of ids that is known by its name: the row number is the id");
        else if (id is not null && idColumn is null && id.Name != "object_id")
            report?.Invoke($"the ids of '{address}' are from '{id.Name}'");
        ColumnSchema[] standard =
        [
            id is null ? new ColumnSchema { Name = "object_id", DType = DType.Int64, TileSql = ForeignIndex.RowNumber }
                : Standard(id, "object_id", id.DType == DType.String ? DType.String : DType.Int64, "BIGINT"),
            RaOf(ra) with { Unit = "deg", Ucd = "pos.eq.ra;meta.main" },
            Standard(dec, "dec", DType.Float64, "DOUBLE") with { Unit = "deg", Ucd = "pos.eq.dec;meta.main" },
        ];
        HashSet<string> names = new(["object_id", "ra", "dec"], StringComparer.Ordinal);
        List<ColumnSchema> all = [.. standard];
        // Every dataset has a column of this name; an export of Pile has it already.
        if (properties["hats_builder"] != "Pile" && native.Any(c => c.Name == Healpix))
        {
            names.Add(Healpix);
            report?.Invoke($"the column '{Healpix}' of '{address}' is '{ColumnNames.Native(Healpix)}'");
        }
        foreach (ColumnSchema column in native)
            if (!names.Contains(column.Name))
                all.Add(column);
            else if (column.Name == Healpix)
                all.Add(column with { Name = ColumnNames.Free(ColumnNames.Native(Healpix), [.. native.Select(c => c.Name)]) });
            else if (standard.First(s => s.Name == column.Name).TileSql is { } sql && !sql.Contains(column.TileSql!,
                StringComparison.Ordinal))
                all.Add(column with { Name = ColumnNames.Native(column.Name) }); // the standard name has another meaning here
        return ColumnNames.WithIndexNames(all, []);
    }

    private ColumnSchema RaOf(ColumnSchema column)
    {
        ColumnSchema standard = Standard(column, "ra", DType.Float64, "DOUBLE");
        return StoredRa is null ? standard with { TileSql = WrappedSql(standard.TileSql!) } : standard;
    }

    private static ColumnSchema Standard(ColumnSchema column, string name, DType type, string sqlType) => column with
    {
        Name = name,
        DType = type,
        Role = ColumnRole.Standard,
        TileSql = column.DType == type ? column.TileSql : $"CAST({column.TileSql} AS {sqlType})",
        Nested = null,
    };

    private ColumnSchema Angle(ImmutableArray<ColumnSchema> native, string key, PositionWords words)
    {
        string? name = properties[key];
        ColumnSchema? column = name is not null ? native.FirstOrDefault(c => c.Name == name) : Named(native, words.Names).FirstOrDefault();
        if (column is null)
            throw new DatasetInvalidException(address, name is null
                ? $"'{HatsProperties.FileName}' does not name the column of {words.Quantity} ({key})"
                : $"'{HatsProperties.FileName}' names the column of {words.Quantity} '{name}' ({key}), but its tiles have no such column",
                "Run 'pile validate' for all findings");
        return column.IsScalar && column.DType.IsFloat() ? column
            : throw new DatasetInvalidException(address,
                $"the column of {words.Quantity}, '{column.Name}', has the type {column.DType.Name()}, "
                + "expected float64 in degrees", "Convert the column, and make the catalogue again");
    }

    private ColumnSchema? FindId(ImmutableArray<ColumnSchema> native)
    {
        // Rows of a catalogue of sources are detections: the id of their object repeats.
        IEnumerable<string> names = properties["dataproduct_type"] == "source"
            ? PositionWords.Id.Names.OrderByDescending(n => n is "source_id" or "sourceid") : PositionWords.Id.Names;
        return Named(native, names).FirstOrDefault(IsId);
    }

    private ColumnSchema RequireId(ImmutableArray<ColumnSchema> native, string name)
    {
        ColumnSchema column = native.FirstOrDefault(c => c.Name == name)
            ?? throw new ArgumentException($"DatasetOptions.IdColumn is '{name}', but '{address}' has no such column; it has "
                + $"{string.Join(", ", native.Take(40).Select(c => c.Name))}{(native.Length > 40 ? " …" : "")}.");
        return IsId(column) ? column : throw new ArgumentException($"DatasetOptions.IdColumn is '{name}', which has the type "
            + $"{column.DType.Name()} in '{address}'. Ids must be integers or text.");
    }

    private static bool IsId(ColumnSchema column) =>
        column.IsScalar && (column.DType == DType.String || !(column.DType.IsFloat() || column.DType == DType.Bool));

    private static IEnumerable<ColumnSchema> Named(ImmutableArray<ColumnSchema> native, IEnumerable<string> names) =>
        names.SelectMany(name => native.Where(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
}
