using System.Collections.Immutable;
using Pile.Earth;
using Pile.Format;

namespace Pile.Builders.Sources.Stac;

/// <summary>What is equal in all chips of a column of pixels of one scene.</summary>
internal sealed class GroupConstants
{
    private readonly ChipGroup group;
    private readonly ChipGroupSchemas schemas;
    private readonly int sizePixels, count;
    private readonly ImmutableArray<ColumnData> columns;
    private readonly ReferencedFile[] sources;
    private readonly int[] files, bands, factors, shapes;

    /// <param name="group">The bands.</param>
    /// <param name="sizePixels">The width of a chip in pixels of the group.</param>
    /// <param name="count">The number of rows.</param>
    internal GroupConstants(ChipGroup group, int sizePixels, int count)
    {
        (this.group, this.sizePixels, this.count) = (group, sizePixels, count);
        schemas = ChipGroupSchemas.Of(group, sizePixels);
        sources = [.. group.Bands.Select(b => b.Reference).Distinct(ReferenceEqualityComparer.Instance).Cast<ReferencedFile>()];
        files = Repeat([.. group.Bands.Select(b => Array.FindIndex(sources, s => ReferenceEquals(s, b.Reference)))]);
        bands = Repeat([.. group.Bands.Select(b => b.Number)]);
        factors = Repeat([.. group.Bands.Select(b => b.Factor / group.Factor)]);
        shapes = Repeat([.. schemas.Array.Shape]);
        List<ColumnData> constant = [ConstantColumn.Of(schemas.Band, count, [.. group.Bands.Select(b => b.Name)])];
        if (group.DeclaresResampling)
            constant.Add(ConstantColumn.Of(schemas.Resampled, count,
                [.. group.Bands.Select(b => b.Resampled is { } method ? method.ToString().ToLowerInvariant() : "")]));
        constant.Add(Numbers(schemas.Nodata, b => b.Nodata ?? double.NaN));
        constant.Add(Numbers(schemas.Scale, b => b.Band.Scale ?? 1));
        constant.Add(Numbers(schemas.Offset, b => b.Band.Offset ?? 0));
        columns = [.. constant];
    }

    /// <summary>Adds the columns of the group to a batch.</summary>
    /// <param name="batch">Receives them.</param>
    /// <param name="windows">The windows of its chips in the finest grid.</param>
    internal void AddTo(List<ColumnData> batch, ReadOnlySpan<ChipWindow> windows)
    {
        int[] own = new int[count * WindowColumnData.WindowTerms];
        for (int i = 0; i < count; i++)
            ((ReadOnlySpan<int>)[windows[i].Column / group.Factor, windows[i].Row / group.Factor, sizePixels, sizePixels])
                .CopyTo(own.AsSpan(i * WindowColumnData.WindowTerms));
        batch.AddRange(columns);
        batch.Add(new WindowColumnData(schemas.Array, count, shapes)
        {
            BandCount = group.Bands.Length,
            Sources = sources,
            Files = files,
            Bands = bands,
            Factors = factors,
            Windows = own,
        });
    }

    private ColumnData<double> Numbers(ColumnSchema schema, Func<ChipBand, double> value) =>
        ConstantColumn.Of<double>(schema, count, [.. group.Bands.Select(value)]);

    private int[] Repeat(int[] row)
    {
        int[] all = new int[row.Length * count];
        for (int i = 0; i < count; i++)
            row.CopyTo(all, i * row.Length);
        return all;
    }
}
