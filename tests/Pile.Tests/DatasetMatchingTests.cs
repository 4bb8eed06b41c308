using Pile.CrossMatch;
using Pile.Reading;
using Pile.Streaming;

namespace Pile.Tests;

public class DatasetMatchingTests
{
    // Two stars of the first dataset are within an arcsecond of those of the second, in another order, so that rows must be looked up.
    private const string Here = "id,ra,dec,name\n1,200,10,a\n2,210,-20,b\n3,220,30,c\n";
    private const string There = "id,ra,dec,flux\nx7,220,30.0001,7.5\nx8,10,0,8.5\nx9,200,10,9.5\n";

    [Fact]
    public async Task Rows_of_both_sides_are_aligned()
    {
        using TemporaryTables tables = new();
        await using Dataset here = await tables.BuildAsync("here", Here), there = await tables.BuildAsync("there", There);
        using MatchTable pairs = await here.CrossMatchAsync(there, radiusArcsec: 1,
            cancellationToken: TestContext.Current.CancellationToken);
        MatchedRows rows = await pairs.OpenRowsAsync(here.Query().Columns("name"), there.Query().Columns("flux"),
            TestContext.Current.CancellationToken);
        Dictionary<string, (double Flux, double SeparationArcsec)> found = [];
        await foreach (StreamBatch batch in new Loader(rows.Source).ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
            using (batch)
                for (int i = 0; i < batch.RowCount; i++)
                    found.Add(batch.Text("a_name", i)!,
                        (batch.Values<double>("b_flux").Span[i], batch.Values<double>("separation_arcsec").Span[i]));
        Assert.Equal(["a", "c"], found.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((9.5, 0), found["a"]);
        Assert.Equal(7.5, found["c"].Flux);
        Assert.Equal(0.36, found["c"].SeparationArcsec, 1e-6);
    }

    [Fact]
    public async Task A_dataset_can_be_on_both_sides()
    {
        using TemporaryTables tables = new();
        await using Dataset here = await tables.BuildAsync("here", Here);
        using MatchTable pairs = await here.CrossMatchAsync(here, radiusArcsec: 1, MatchFind.Nearest,
            TestContext.Current.CancellationToken);
        MatchedRows rows = await pairs.OpenRowsAsync(here.Query(), here.Query(), TestContext.Current.CancellationToken);
        Assert.Equal(3, rows.Count);
        Assert.Equal(rows.Positions(0), rows.Positions(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Positions(2));
    }

    [Fact]
    public async Task Rows_without_a_partner_cannot_be_aligned()
    {
        using TemporaryTables tables = new();
        await using Dataset here = await tables.BuildAsync("here", Here), there = await tables.BuildAsync("there", There);
        using MatchTable left = await CrossMatcher.MatchAsync(new DatasetSide(here), new DatasetSide(there),
            new() { RadiusArcsec = 1, Join = MatchJoin.Left }, TestContext.Current.CancellationToken);
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(
            () => left.OpenRowsAsync(here.Query(), there.Query(), TestContext.Current.CancellationToken));
        Assert.Contains("inner", e.Message, StringComparison.Ordinal);
    }
}
