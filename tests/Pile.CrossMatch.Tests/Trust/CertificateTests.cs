using System.Text.Json;
using Pile.Format;

namespace Pile.CrossMatch.Tests;

/// <summary>What the certificate of a match states, compared with counts of the pairs.</summary>
public class CertificateTests(TwoSkies skies) : IClassFixture<TwoSkies>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static readonly CrossMatchOptions Wide = new() { RadiusArcsec = TwoSkies.RadiusArcsec, WithCertificate = true };

    private static async Task<MatchTable> MatchAsync(MatchSide a, MatchSide? b, CrossMatchOptions options) => b is null
        ? await CrossMatcher.MatchSelfAsync(a, options, Token) : await CrossMatcher.MatchAsync(a, b, options, Token);

    public static TheoryData<MatchFind, bool> Finds => new(Enum.GetValues<MatchFind>()
        .SelectMany(find => new[] { false, true }.Where(isSelf => find != MatchFind.Groups || isSelf).Select(isSelf => (find, isSelf))));

    [Theory]
    [MemberData(nameof(Finds))]
    public async Task Rows_of_joins_and_partners_are_those_of_the_result(MatchFind find, bool isSelf)
    {
        CrossMatchOptions options = Wide with { Find = find, Neighbours = find == MatchFind.Nearest ? 3 : 1 };
        MatchSide? b = isSelf ? null : skies.MemoryB;
        using MatchTable matched = await MatchAsync(skies.MemoryA, b, options);
        MatchCertificate certificate = matched.Summary.Certificate!;
        foreach (MatchJoin join in isSelf ? [MatchJoin.Inner, MatchJoin.Left, MatchJoin.Anti] : Enum.GetValues<MatchJoin>())
        {
            using MatchTable joined = await MatchAsync(skies.MemoryA, b, options with { Join = join, WithCertificate = false });
            Assert.Equal(joined.RowCount, certificate.RowsOfJoins.Single(j => j.Join == MatchWords.Of(join)).Rows);
        }
        if (find == MatchFind.Groups)
            return;
        List<long> ofA = [], ofB = [];
        foreach (MatchPair pair in matched)
        {
            ofA.Add(pair.A!.Value.Number);
            (isSelf && find != MatchFind.Nearest && !TimeChoice.IsOf(find) ? ofA : ofB).Add(pair.B!.Value.Number);
        }
        Assert.Equal(Counted(ofA), certificate.PartnersOfA);
        Assert.Equal(isSelf ? null : Counted(ofB), certificate.PartnersOfB);
        Assert.True(certificate.PartnersOfA.Two > 0 || find == MatchFind.OneToOne || TimeChoice.IsOf(find));
    }

    private static Multiplicity Counted(List<long> ids)
    {
        int[] partners = [.. ids.GroupBy(id => id).Select(g => g.Count())];
        return new Multiplicity(partners.Count(n => n == 1), partners.Count(n => n == 2), partners.Count(n => n == 3),
            partners.Count(n => n > 3));
    }

    [Theory]
    [InlineData(0, 10, 0.1)]
    [InlineData(359.95, -60, 0.1)]
    [InlineData(40, 89.9, 360)]
    public async Task A_systematic_shift_is_the_median_offset(double raDeg, double decDeg, double widthDeg)
    {
        Random random = new(1);
        (double[] ra, double[] dec) = ([.. Enumerable.Range(0, 400).Select(_ => (raDeg + (widthDeg * random.NextDouble())) % 360)],
            [.. Enumerable.Range(0, 400).Select(_ => decDeg + (0.09 * random.NextDouble()))]);
        double[] raB = new double[ra.Length], decB = new double[ra.Length];
        for (int i = 0; i < ra.Length; i++)
        {
            decB[i] = dec[i] + ((-0.2 + (0.1 * (random.NextDouble() - 0.5))) / 3600);
            raB[i] = (ra[i] + 360 + ((0.3 + (0.1 * (random.NextDouble() - 0.5))) / 3600 / Math.Cos(dec[i] * Math.PI / 180))) % 360;
        }
        using MatchTable matched = await MatchAsync(new MemorySide(ra, dec), new MemorySide(raB, decB), new() { RadiusArcsec = 0.5 });
        OffsetSummary offset = matched.Summary.Certificate!.Offset!;
        Assert.Equal(0.3, offset.EastArcsec, 5 * offset.EastErrorArcsec);
        Assert.Equal(-0.2, offset.NorthArcsec, 5 * offset.NorthErrorArcsec);
        Assert.InRange(offset.EastErrorArcsec, 1e-3, 3e-3);
        Assert.Equal("not requested", matched.Summary.Certificate!.ReasonWithoutChance);
    }

    [Fact]
    public async Task The_certificate_does_not_depend_on_workers_or_on_the_order_of_rows()
    {
        SimulatedSky sky = new(2, rowsA: 20_000, unrelated: 30_000, completeness: 0.8, sigmaArcsec: 0.3);
        int[] order = [.. Enumerable.Range(0, sky.B.Count)];
        new Random(1).Shuffle(order);
        MemorySide shuffled = new([.. order.Select(i => sky.B.RaDeg[i])], [.. order.Select(i => sky.B.DecDeg[i])])
        { Ids = [.. order.Select(i => (long)i)] };
        CrossMatchOptions options = new() { RadiusArcsec = 1, WithCertificate = true };
        using MatchTable one = await MatchAsync(sky.A, sky.B, options with { Workers = 1 });
        using MatchTable four = await MatchAsync(sky.A, shuffled, options with { Workers = 4 });
        Assert.Equal(one.Summary.CertificateJson, four.Summary.CertificateJson);
    }

    [Fact]
    public async Task Conditions_on_pairs_apply_to_chance_pairs()
    {
        ColumnSchema schema = new() { Name = "kind", DType = DType.Int32 };
        SimulatedSky sky = new(4, rowsA: 3000, unrelated: 30_000, completeness: 0, sigmaArcsec: 1);
        MemorySide a = new(sky.A.RaDeg, sky.A.DecDeg, Kinds(sky.A)), b = new(sky.B.RaDeg, sky.B.DecDeg, Kinds(sky.B));
        CrossMatchOptions options = new() { RadiusArcsec = 2, WithCertificate = true };
        using MatchTable all = await MatchAsync(a, b, options);
        using MatchTable equal = await MatchAsync(a, b, options with { GroupColumn = "kind" });
        using MatchTable sql = await MatchAsync(a, b, options with { Where = "a.kind % 2 = b.kind % 2" });
        double rate = all.Summary.Certificate!.Chance!.PairsPerRow;
        Assert.Equal(rate / 4, equal.Summary.Certificate!.Chance!.PairsPerRow, rate / 40);
        Assert.Equal(rate / 2, sql.Summary.Certificate!.Chance!.PairsPerRow, rate / 20);
        // All pairs are chance pairs.
        Assert.InRange(equal.RowCount, equal.Summary.Certificate!.Chance!.Pairs95(equal.Summary.Certificate!.Curve!.AllChancePairs).Low,
            equal.Summary.Certificate!.Chance!.Pairs95(equal.Summary.Certificate!.Curve!.AllChancePairs).High);

        ColumnData<int> Kinds(MemorySide side) => new(schema, Enumerable.Range(0, side.Count).Select(i => i % 4).ToArray());
    }

    [Fact]
    public async Task Rows_without_a_position_an_epoch_or_an_error_are_counted_on_their_side()
    {
        ColumnData<double> Column(string name, string? unit, params double[] values) =>
            new(new ColumnSchema { Name = name, DType = DType.Float64, Unit = unit, Nullable = true }, values);
        MemorySide a = new([1, 2, 3, double.NaN, 5], [1, 2, 3, 4, 5], Column("pmra", "mas/yr", 1, double.NaN, 1, 1, 1),
            Column("pmdec", "mas/yr", 1, 1, 1, 1, 1), Column("ref_epoch", "yr", 2016, 2016, 0, 2016, 2016),
            Column("ra_error", "arcsec", 0.1, 0.1, 0.1, 0.1, double.NaN));
        MemorySide b = new([1, 2, double.NaN, double.NaN, 5], [1, 2, 3, double.NaN, 5],
            Column("ra_error", "arcsec", 0.1, double.NaN, 1, 1, 1));
        using MatchTable matched = await MatchAsync(a, b,
            new() { RadiusArcsec = 1, EpochYear = 2000, Errors = ErrorModel.Sigma, WithCertificate = true });
        Assert.Equal(new MissingValues(1, 1, 1, 1), matched.Summary.Certificate!.MissingA);
        Assert.Equal(new MissingValues(2, null, null, 1), matched.Summary.Certificate!.MissingB);
        using MatchTable plain = await MatchAsync(new MemorySide([1], [1]), new MemorySide([1], [1]), new() { RadiusArcsec = 1 });
        Assert.Equal(new MissingValues(0, null, null, null), plain.Summary.Certificate!.MissingA);
    }

    [Fact]
    public async Task Without_a_common_field_or_beyond_a_degree_the_level_is_absent_with_the_reason()
    {
        MemorySide here = new([10, 11], [0, 0]), there = new([200], [50]), empty = new([], []);
        foreach ((MemorySide a, MemorySide b, double radius, string reason) in new[]
        {
            (here, there, 1, "A has no rows where B has some"), (here, empty, 1, "A has no rows where B has some"),
            (empty, here, 1, "A has no rows where B has some"), (here, here, 4000, "the radius is larger than 1 degree"),
        })
        {
            using MatchTable matched = await MatchAsync(a, b, new() { RadiusArcsec = radius, WithCertificate = true });
            Assert.Equal(reason, matched.Summary.Certificate!.ReasonWithoutChance);
            Assert.Null(matched.Summary.Certificate!.Curve);
        }
        using MatchTable zero = await MatchAsync(here, here, new() { RadiusArcsec = 0, WithCertificate = true });
        Assert.Equal(0, zero.Summary.Certificate!.Chance!.Pairs);
        Assert.Equal(2, zero.Summary.Certificate!.Curve!.Pairs.Sum());
    }

    [Fact]
    public async Task A_record_has_the_short_form_and_the_document_the_record()
    {
        using MatchTable matched = await MatchAsync(skies.MemoryA, skies.MemoryB, Wide);
        using JsonDocument brief = JsonDocument.Parse(matched.Record.Single(e => e.Key == "pile.match.certificate").Value),
            full = JsonDocument.Parse(matched.Summary.CertificateJson);
        Assert.Equal(matched.Record.Single(e => e.Key == "pile.match.a.sha256").Value,
            full.RootElement.GetProperty("match").GetProperty("a.sha256").GetString());
        Assert.False(brief.RootElement.TryGetProperty("match", out _) || brief.RootElement.TryGetProperty("radius", out _));
        Assert.Equal(full.RootElement.GetProperty("chance").GetRawText().Replace(" ", "", StringComparison.Ordinal)
            .Replace("\n", "", StringComparison.Ordinal), brief.RootElement.GetProperty("chance").GetRawText());
        Assert.InRange(brief.RootElement.GetRawText().Length, 300, 1500);
    }
}
