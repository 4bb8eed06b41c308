using Pile.CrossMatch;
using Pile.Format;
using Pile.Reading;
using Pile.Streaming;

namespace Pile.Tests;

/// <summary>Draws, mixtures and splits use all finite weights, and reject numbers of rows that they cannot hold.</summary>
public sealed class DrawArgumentTests : IDisposable
{
    private readonly TemporaryTables tables = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => tables.Dispose();

    private Task<Dataset> StarsAsync() => tables.BuildAsync("stars", "id,ra,dec,mag\n1,200,10,5\n2,210,-20,6\n");

    private static StreamSource Numbered(int rows, long first = 0) => StreamSource.Of(new RowBatch([Numbers(rows, first)]));

    private static ColumnData<long> Numbers(int rows, long first = 0) =>
        new(new ColumnSchema { Name = "object_id", DType = DType.Int64 }, Enumerable.Range(0, rows).Select(i => first + i).ToArray());

    [Fact]
    public async Task Weights_whose_sum_is_infinite_draw_as_their_ratios()
    {
        StreamSource rows = Numbered(500);
        Assert.Equal(await rows.IdsAsync(Cancellation),
            await rows.Weighted([.. Enumerable.Repeat(1e306, 500)]).IdsAsync(Cancellation));
        // Powers of two have the same digits.
        double[] large = [.. Enumerable.Range(0, 500).Select(i => Math.ScaleB(1 + (i % 7), 1019))],
            small = [.. large.Select(w => Math.ScaleB(w, -1019))];
        Assert.Equal(await rows.Weighted(small, 999, seed: 5).IdsAsync(Cancellation),
            await rows.Weighted(large, 999, seed: 5).IdsAsync(Cancellation));

        RowSplit even = Split.ByKey(rows, Numbers(500), new SplitShares(("a", 1), ("b", 1))),
            huge = Split.ByKey(rows, Numbers(500), new SplitShares(("a", 1e308), ("b", 1e308)));
        Assert.Equal(even.RowsOf("a"), huge.RowsOf("a"));
        Assert.InRange(huge.RowsOf("b").Count, 200, 300);
    }

    [Fact]
    public async Task A_mixture_of_weights_whose_sum_is_infinite_has_their_ratio()
    {
        StreamSource mixed = StreamSource.Mix([(Numbered(10), 1.5e308), (Numbered(10, 100), 0.5e308)], 40);
        Assert.Equal(30, (await mixed.IdsAsync(Cancellation)).Count(id => id.Number < 100));
        Assert.Equal(40, mixed.RowCount);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(2147483592)] // Array.MaxLength + 1
    public async Task A_draw_of_too_few_or_too_many_rows_is_rejected(long rows)
    {
        await using Dataset stars = await StarsAsync();
        StreamSource source = await StreamSource.OpenAsync(stars.Query(), Cancellation);
        using MatchTable match = await stars.CrossMatchAsync(stars, 1, cancellationToken: Cancellation);
        MatchedRows matched = await match.OpenRowsAsync(stars.Query(), stars.Query(), Cancellation);
        Check("rowCount", Assert.Throws<ArgumentOutOfRangeException>(() => source.Weighted([1, 1], rows)));
        Check("rowsPerEpoch", Assert.Throws<ArgumentOutOfRangeException>(() => StreamSource.Mix([(source, 1)], rows)));
        Check("rowCount", await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => source.BalancedAsync("mag", rows, cancellationToken: Cancellation)));
        Check("rowCount", Assert.Throws<ArgumentOutOfRangeException>(() => matched.Weighted(3, rows)));

        void Check(string name, ArgumentOutOfRangeException e)
        {
            Assert.StartsWith("A draw has 0 to 2,147,483,591 rows.", e.Message, StringComparison.Ordinal);
            Assert.Equal((name, rows), (e.ParamName, e.ActualValue));
        }
    }

    [Fact]
    public async Task Errors_of_draws_name_the_parameters_of_the_caller()
    {
        await using Dataset stars = await StarsAsync();
        StreamSource source = await StreamSource.OpenAsync(stars.Query(), Cancellation);
        Assert.Equal("rows", Assert.Throws<ArgumentOutOfRangeException>(() => source.Select([2])).ParamName);
        Assert.Equal("column", (await Assert.ThrowsAsync<ArgumentException>(
            () => Numbered(2).BalancedAsync("kind", cancellationToken: Cancellation))).ParamName);
        Assert.Contains("There are no rows, of which 3 are requested", Assert.Throws<ArgumentException>(
            () => Numbered(0).Weighted([], 3)).Message, StringComparison.Ordinal);
        Assert.Equal(0, Numbered(0).Weighted([]).RowCount);
        foreach (string? name in (string?[])[null, ""])
            Assert.Contains("a unique name that is not empty", Assert.Throws<ArgumentException>(
                () => new SplitShares((name!, 1))).Message, StringComparison.Ordinal);
    }
}
