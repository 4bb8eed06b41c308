using System.Collections.Immutable;
using Pile.Format;
using Pile.Writing.Schemas;

namespace Pile.Writing.Shards;

/// <summary>The statistics of all columns. Rows are added in the order of the dataset, because sums of floating-point numbers depend on
/// it.</summary>
internal sealed class ShardStatistics(DatasetSchema schema)
{
    private readonly ImmutableArray<ColumnStatisticsBuilder> light = [.. schema.Light.Select(c => new ColumnStatisticsBuilder(c))],
        heavy = [.. schema.Heavy.Select(c => new ColumnStatisticsBuilder(c))];

    private readonly ImmutableArray<(int Location, ColumnStatisticsBuilder Statistics)> references = [.. schema.References.Select(c => (
        schema.Indexed.ToList().FindIndex(i => i.Name == ColumnNames.PieceFile(c.Name)), new ColumnStatisticsBuilder(c)))];

    /// <summary>Adds the light columns of rows.</summary>
    internal void Add(ShardRows rows)
    {
        for (int i = 0; i < light.Length; i++)
            rows.Light[i].Count(light[i]);
        foreach ((int location, ColumnStatisticsBuilder statistics) in references)
            foreach (bool isMissing in rows.Light[location].IsNull.Span)
                if (isMissing)
                    statistics.AddNull();
    }

    /// <summary>Adds the heavy values of a block of rows.</summary>
    internal void Add(ShardRows rows, EncodedBlock block)
    {
        for (int row = 0; row < block.RowCount; row++)
            for (int i = 0; i < block.ColumnCount; i++)
                if (rows.HeavyIsNull[block.FirstColumn + i].Values[block.FirstRow + row])
                    heavy[block.FirstColumn + i].AddNull();
                else
                    heavy[block.FirstColumn + i].Add(block.Moments[(row * block.ColumnCount) + i]);
    }

    /// <summary>Returns the statistics of all rows added so far, in the manifest's order.</summary>
    internal IReadOnlyList<ColumnStatistics> Finish() =>
        [.. schema.Columns.Select(c => (c.Storage switch
        {
            ColumnStorage.Heavy => heavy[schema.Heavy.IndexOf(c)],
            ColumnStorage.Reference or ColumnStorage.Window => references[schema.References.IndexOf(c)].Statistics,
            _ => light[schema.Light.IndexOf(c)],
        }).Finish())];
}
