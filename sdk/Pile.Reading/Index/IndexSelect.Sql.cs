using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Pile.DuckDb;
using Pile.Format;
using Pile.Layers;

namespace Pile.Reading;

// The text of the statement.
internal sealed partial class IndexSelect
{
    /// <summary>The paths, within the dataset, of the files that the statement reads.</summary>
    internal ImmutableArray<string> Paths => ReadTiles.IsEmpty ? [AnyTile] : [.. ReadTiles.Select(t => t.File.Path)];

    /// <summary>Returns the statement.</summary>
    /// <param name="localPath">Returns the local path of one of <see cref="Paths"/>.</param>
    internal string Sql(Func<string, string> localPath)
    {
        bool isMixed = types is not null && OpenedTiles.Any(t => types.ItemsOf(t.File.Path, Counted) is not null);
        bool isRestricted = Rows?.Restrict(ReadTiles) == true;
        string source = isRestricted ? Rows!.Sql(ReadTiles, localPath, Counted, isMixed ? types : null)
            : isMixed ? MixedSql(localPath) : Scan(Paths.Select(localPath));
        if (IsCounted && !isRestricted)
            source = $"(SELECT *{(isMixed ? $" EXCLUDE ({Counted})" : "")}, row_number() OVER () - 1 AS {Counted} FROM {source})";
        string position = IsCounted || isRestricted || isMixed ? Counted : PositionSql(ReadTiles);
        if (layers.Count > 0)
            (source, position) = (LayeredSql(source, position), LayerRow);
        IEnumerable<string> items = inner.Select(c =>
            $"{(c.Value == ForeignIndex.RowNumber ? position : c.Value)} AS {DuckDbSql.Identifier(c.Key)}");
        if (NeedsPosition)
            items = items.Append($"{position} AS {Position}");

        StringBuilder sql = new("SELECT ");
        // DuckDB takes a column that it sorts by from the keys, which do not have the sign of zeros.
        sql.AppendJoin(", ", order.Count == 0 ? outer : outer.Select((item, i) => floats.Contains(i) ? $"-(-{item})" : item));
        sql.Append(" FROM ").Append(Join.Length == 0 ? "" : $"{IdTable} AS i JOIN ");
        sql.Append("(SELECT ").AppendJoin(", ", items).Append(" FROM ").Append(source).Append(") AS d");
        if (Join.Length > 0)
            sql.Append(" ON ").Append(Join);
        IEnumerable<string> all = conditions.Select(c => c.Value).Concat(Tiles.IsEmpty ? ["false"] : []);
        if (all.Any())
            sql.Append(" WHERE ").AppendJoin(" AND ", all);
        if (JoinOrder.Length > 0)
            sql.Append(" ORDER BY ").Append(JoinOrder);
        else if (order.Count > 0 || ((IsSortedAnew || layers.Count > 0) && !IsUnordered)) // ties in the order of the index
            sql.Append(" ORDER BY ").AppendJoin(", ", order.Append($"d.{Position}"));
        if (Limit is { } limit)
            sql.Append(CultureInfo.InvariantCulture, $" LIMIT {limit}");
        return sql.ToString();
    }

    private static string Scan(IEnumerable<string> paths) =>
        $"read_parquet({DuckDbSql.LiteralList([.. paths])}, hive_partitioning = false)";

    /// <summary>Selects tiles of which some have other columns than declared, with the position of each row.</summary>
    private string MixedSql(Func<string, string> localPath)
    {
        List<string> runs = [];
        ImmutableArray<IndexTile> tiles = OpenedTiles;
        for (int start = 0, end; start < tiles.Length; start = end)
        {
            string? items = types!.ItemsOf(tiles[start].File.Path, Counted);
            for (end = start + 1; end < tiles.Length && types.ItemsOf(tiles[end].File.Path, Counted) == items;)
                end++;
            ImmutableArray<IndexTile> run = tiles[start..end];
            string all = $"SELECT *, {(HidesRowNumbers ? "NULL::BIGINT" : PositionSql(run))} AS {Counted} FROM "
                + Scan(run.Select(t => localPath(t.File.Path)));
            runs.Add(items is null ? all : $"SELECT {items} FROM ({all})");
        }
        while (runs.Count > 1) // in pairs, because DuckDB plans sets recursively
            runs = [.. runs.Chunk(2).Select(pair => pair is [var one, var next] ? $"({one}) UNION ALL BY NAME ({next})" : pair[0])];
        return $"({runs[0]})";
    }

    /// <summary>Joins the values of layers to the rows of tiles. Only the values of the tiles' rows are read, because states are sorted by
    /// position.</summary>
    /// <remarks>A position is computed for each row, so that DuckDB cannot skip rows by it while it reads a tile; by a stored id it does,
    /// in half of the time for all rows of a dataset. Of a remote tile the ids would be fetched for this alone, and few rows are found in
    /// the state by their positions.</remarks>
    private string LayeredSql(string source, string position)
    {
        ImmutableArray<IndexTile> tiles = ReadTiles;
        bool isById = canJoinIds && Rows is null;
        string range = tiles.IsEmpty ? "false" : string.Create(CultureInfo.InvariantCulture,
            $"{LayerPaths.Row} BETWEEN {tiles.Min(t => t.FirstPosition)} AND {tiles.Max(t => t.FirstPosition + t.File.Rows) - 1}");
        StringBuilder sql = new($"(SELECT t.*");
        foreach ((int number, (AttachedLayer _, HashSet<ViewColumn> columns)) in layers)
            foreach (ViewColumn column in columns)
                sql.Append(CultureInfo.InvariantCulture, $", l{number}.{column.Sql}");
        sql.Append(CultureInfo.InvariantCulture, $" FROM (SELECT *, {position} AS {LayerRow} FROM {source}) AS t");
        foreach ((int number, (AttachedLayer layer, HashSet<ViewColumn> columns)) in layers)
        {
            IEnumerable<string> items = columns.Select(c =>
                $"{DuckDbSql.Identifier(c.Name[layer.Snapshot.Prefix.Length..])} AS {c.Sql}");
            sql.Append(CultureInfo.InvariantCulture, $" LEFT JOIN (SELECT {(isById ? LayerPaths.ObjectId : LayerPaths.Row)} AS r, "
                + $"{string.Join(", ", items)} FROM read_parquet({DuckDbSql.Literal(layer.State.Path)}, hive_partitioning = false) "
                + $"WHERE {(UnusedLayers.Contains(layer) ? "false" : range)}) AS l{number} "
                + $"ON t.{(isById ? LayerPaths.ObjectId : LayerRow)} = l{number}.r");
        }
        return sql.Append(')').ToString();
    }

    private bool NeedsPosition => order.Count > 0 || UsesPosition || IsSortedAnew || layers.Count > 0;

    // A survey column with the name of one of DuckDB's virtual columns hides its row numbers: then the rows of all tiles are counted.
    private bool IsCounted => (NeedsPosition || inner.ContainsValue(ForeignIndex.RowNumber)) && HidesRowNumbers;

    private bool HidesRowNumbers => manifest.Columns.Any(c =>
        c.SqlName.Equals("file_index", StringComparison.OrdinalIgnoreCase)
            || c.SqlName.Equals("file_row_number", StringComparison.OrdinalIgnoreCase));

    private ImmutableArray<IndexTile> ReadTiles => IsCounted ? files.Tiles : Tiles;

    // A query without tiles still has columns, and may have errors. DuckDB binds it to any tile, or to the schema file of an empty dataset.
    private string AnyTile => files.Tiles.IsEmpty
        ? manifest.Foreign is { } foreign ? foreign.Folder + HatsTiles.CommonMetadata
            : $"{DatasetPaths.Index(manifest.Subset)}/dataset/_common_metadata"
        : files.Tiles[0].File.Path;

    private static string PositionSql(ImmutableArray<IndexTile> tiles) => tiles switch
    {
        [] => "file_row_number",
        [var only] => string.Create(CultureInfo.InvariantCulture, $"{only.FirstPosition} + file_row_number"),
        _ => $"([{string.Join(", ", tiles.Select(t => t.FirstPosition.ToString(CultureInfo.InvariantCulture)))}]::BIGINT[])"
            + "[file_index::BIGINT + 1] + file_row_number",
    };
}
