using Pile.Sky;

namespace Pile.Reading.Tests;

/// <summary>Conditions with <c>in_cone</c> read the tiles of a search of the same cone.</summary>
public sealed class ConditionConeTests(HandMadeDataset made) : IClassFixture<HandMadeDataset>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("in_cone(ra, dec, 150, 2, 5 * 3600)")]
    [InlineData("IN_CONE(\"ra\", DEC, -(210), 2.0::FLOAT, 18000) AND z > -100")]
    [InlineData("dec > -91 AND (z > -100 AND in_cone(ra, dec, 150, 2, 18000))")]
    public async Task A_cone_in_a_condition_opens_only_the_tiles_it_touches(string condition)
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        Query cone = dataset.Query().Cone(150, 2, 5);
        Query query = dataset.Query().Where(condition);
        Assert.Equal((await dataset.PlanAsync(cone, Token)).Tiles, (await dataset.PlanAsync(query, Token)).Tiles);
        Assert.Equal(await dataset.CountAsync(cone.Where("z > -100"), Token), await dataset.CountAsync(query.Where("z > -100"), Token));
    }

    [Theory]
    [InlineData("in_cone(ra, dec, 150, 2, 18000) OR z > 100")]
    [InlineData("NOT in_cone(ra, dec, 150, 2, 18000)")]
    [InlineData("in_cone(dec, ra / 4, 50, 2, 18000)")]
    [InlineData("in_cone(150, 2, ra, dec, 18000)")]
    [InlineData("in_cone(ra, dec, 150, z - z + 2, 18000)")]
    [InlineData("in_cone(ra, dec, 150, NULL, 18000)")]
    [InlineData("in_cone(ra, dec, 150, 2, 'inf')")]
    [InlineData("in_cone(ra, dec, 150, 2, 648000)")]
    public async Task Other_conditions_read_all_tiles(string condition)
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        QueryPlan plan = await dataset.PlanAsync(dataset.Query().Where(condition), Token);
        Assert.Equal(plan.TileCount, plan.Tiles.Length);
        await dataset.CountAsync(dataset.Query().Where(condition), Token);
    }

    [Theory]
    [InlineData(359.5, -30, 1.2)]
    [InlineData(77, 90, 0.2)]
    [InlineData(77, -89.95, 0.16)]
    [InlineData(200, 0, 170)]
    [InlineData(200, 0, 0)]
    public async Task A_cone_in_a_condition_selects_the_rows_of_the_cone(double raDeg, double decDeg, double radiusDeg)
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        string condition = FormattableString.Invariant($"in_cone(ra, dec, {raDeg}, {decDeg}, {radiusDeg * 3600})");
        Assert.Equal(await QueryTests.IdsAsync(dataset, dataset.Query().Cone(raDeg, decDeg, radiusDeg)),
            await QueryTests.IdsAsync(dataset, dataset.Query().Where(condition)));
    }

    [Fact]
    public async Task The_coverage_of_a_dataset_is_the_set_of_the_pixels_of_its_rows()
    {
        await using Dataset dataset = await Dataset.OpenAsync(made.Path, cancellationToken: Token);
        foreach (int order in (int[])[0, 7, 29])
        {
            Moc expected = Moc.OfCells(made.Lines.Select(l => new HealpixPixel(order,
                Healpix.AngToPix(order, l.GetProperty("ra").GetDouble(), l.GetProperty("dec").GetDouble()))), order);
            Assert.Equal(expected, await DatasetCoverage.OfAsync(dataset, order, Token));
        }
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => DatasetCoverage.OfAsync(dataset, 30, Token));
    }
}
