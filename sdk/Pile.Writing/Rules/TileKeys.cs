using Pile.Format;

namespace Pile.Writing.Rules;

/// <summary>Every row of a dataset that is partitioned by tiles has the key of a tile, which becomes the name of a folder.</summary>
internal sealed class TileKeys(EarthGrid grid) : IBatchRule
{
    public RowBatch Apply(RowBatch batch, BatchPlace place)
    {
        if (batch.Find(Partition.Tile) is not TextColumnData tiles)
            throw new SchemaMismatchException(place.Source, Partition.Tile,
                $"the batch lacks the column; every batch of a dataset partitioned by the grid {grid} must have it, as text",
                "Add the column in the builder");
        for (int row = 0; row < tiles.RowCount; row++)
            if (tiles.IsNull.Span is { IsEmpty: false } isNull && isNull[row])
                throw place.Invalid(row, Partition.Tile, "a missing value", "the tile of the row", BatchRules.Remedy);
            else if (tiles.Text(row) is var key && !grid.IsKey(key))
                throw place.Invalid(row, Partition.Tile, $"'{key}'", $"a tile of the grid {grid}, such as {grid.ExampleKey}",
                    BatchRules.Remedy);
        return batch;
    }
}
