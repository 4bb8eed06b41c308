using Pile.DuckDb;

namespace Pile.Writing.Spill;

/// <summary>The order of a dataset's rows: by tile if the dataset has tiles, by key, and by id.</summary>
/// <param name="Tile">The column with the tile; null to sort by the key first.</param>
/// <param name="Key">The column with the key.</param>
/// <param name="Id">The column with the id.</param>
internal sealed record SortOrder(string? Tile, string Key, string Id)
{
    /// <summary>Returns the places of the columns among others; -1 for no tile.</summary>
    internal (int Tile, int Key, int Id) In(IReadOnlyList<DuckDbField> columns)
    {
        return (Tile is null ? -1 : IndexOf(Tile), IndexOf(Key), IndexOf(Id));

        int IndexOf(string name) => columns.Index().First(column => column.Item.Name == name).Index;
    }

    /// <summary>Returns SQL of rows in this order.</summary>
    internal string Sorted(string rows) => $"SELECT * FROM ({rows}) ORDER BY {(Tile is null ? "" : $"{DuckDbSql.Identifier(Tile)}, ")}"
        + $"{DuckDbSql.Identifier(Key)}, {DuckDbSql.Identifier(Id)}";
}
