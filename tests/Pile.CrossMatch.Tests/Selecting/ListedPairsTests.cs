using Pile.Format;
using Pile.Tables;
using Pile.TestKit;

namespace Pile.CrossMatch.Tests.Selecting;

/// <summary>Matches of pairs that are listed by ids: they join as the pairs of a match within a radius do.</summary>
public sealed class ListedPairsTests(TwoSkies skies) : IClassFixture<TwoSkies>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(MatchFind.All, MatchJoin.Inner)]
    [InlineData(MatchFind.All, MatchJoin.Full)]
    [InlineData(MatchFind.Nearest, MatchJoin.Left)]
    [InlineData(MatchFind.OneToOne, MatchJoin.Xor)]
    public async Task The_pairs_of_a_match_give_the_same_match(MatchFind find, MatchJoin join)
    {
        List<KeyValuePair<ObjectId, ObjectId>> listed = [];
        using (MatchTable all = await CrossMatcher.MatchAsync(skies.MemoryA, skies.MemoryB, new() { RadiusArcsec = TwoSkies.RadiusArcsec },
            Token))
            foreach (MatchPair pair in all)
                listed.Add(new(pair.A!.Value, pair.B!.Value));
        new Random(1).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(listed));
        CrossMatchOptions options = new() { RadiusArcsec = TwoSkies.RadiusArcsec, Find = find, Join = join, ColumnsB = ["mag"] };
        using MatchTable byPosition = await CrossMatcher.MatchAsync(skies.MemoryA, skies.MemoryB, options, Token);
        foreach ((MatchSide a, MatchSide b) in new (MatchSide, MatchSide)[] { (skies.MemoryA, skies.MemoryB),
            (new DatasetSide(skies.A), new DatasetSide(skies.B)) })
        {
            using MatchTable byIds = await CrossMatcher.MatchAsync(a, b, options with { RadiusArcsec = null, Pairs = listed }, Token);
            List<(string Key, double Arcsec)> expected = await RowsAsync(byPosition), found = await RowsAsync(byIds);
            Assert.Equal(expected.Select(r => r.Key), found.Select(r => r.Key));
            foreach (((string Key, double Arcsec) theirs, (string Key, double Arcsec) ours) in expected.Zip(found))
                Assert.True(Math.Abs(theirs.Arcsec - ours.Arcsec) <= 1e-12 * Math.Max(theirs.Arcsec, 1)
                    || (double.IsNaN(theirs.Arcsec) && double.IsNaN(ours.Arcsec)));
            Assert.Equal(byPosition.Summary, byIds.Summary);
        }
        using MatchTable nearer = await CrossMatcher.MatchAsync(skies.MemoryA, skies.MemoryB, options with
        {
            RadiusArcsec = 300,
            Pairs = listed
        },
            Token), within = await CrossMatcher.MatchAsync(skies.MemoryA, skies.MemoryB, options with { RadiusArcsec = 300 }, Token);
        Assert.Equal((await RowsAsync(within)).Select(r => r.Key), (await RowsAsync(nearer)).Select(r => r.Key));
    }

    [Fact]
    public async Task Pairs_far_apart_are_joined_with_their_separation_and_duplicates_are_one_pair()
    {
        MemorySide a = new([0, 90], [0, 0]), b = new([180, 90], [0, 90]);
        List<string> messages = [];
        using MatchTable match = await CrossMatcher.MatchAsync(a, b, new()
        {
            Pairs = [new(0, 0), new(1, 1), new(0, 1), new(0, 0)],
            OnMessage = messages.Add,
        }, Token);
        Assert.Equal([("0-0", 648000), ("0-1", 324000), ("1-1", 324000)], (await RowsAsync(match)).OrderBy(r => r.Key,
            StringComparer.Ordinal)
            .Select(r => (r.Key, Math.Round(r.Arcsec, 6))));
        Assert.Contains("1 listed pairs are duplicates of others", messages);
        Assert.Contains(match.Record, entry => entry is { Key: "pile.match.listed_pairs", Value: "4" });
    }

    [Fact]
    public async Task Unknown_ids_are_an_error_or_counted()
    {
        MemorySide a = new([0, double.NaN], [0, 0]), b = new([0, 1], [0, 0]);
        CrossMatchOptions options = new() { Pairs = [new(0, 0), new(1, 0), new(0, 7), new("x", 1)] };
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(a, b, options, Token));
        Assert.Contains("2 of 4 listed pairs have an id that no row of A with a position has, the first is 1", error.Message,
            StringComparison.Ordinal);
        List<string> messages = [];
        using MatchTable match = await CrossMatcher.MatchAsync(a, b, options with { AllowMissingPairs = true, OnMessage = messages.Add },
            Token);
        Assert.Equal(["0-0"], (await RowsAsync(match)).Select(r => r.Key));
        Assert.Contains(messages, m => m.Contains("1 of 4 listed pairs has an id that no row of B", StringComparison.Ordinal));
        foreach (CrossMatchOptions wrong in (CrossMatchOptions[])[new() { RadiusArcsec = 1, AllowMissingPairs = true }, options])
            await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchSelfAsync(b, wrong, Token));
    }

    [Fact]
    public async Task A_listed_id_of_several_rows_is_an_error()
    {
        MemorySide a = new([0, 1], [0, 0]), b = new([0, 1, 2], [0, 0, 0]) { Ids = [7, 7, 8] };
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => CrossMatcher.MatchAsync(a, b,
            new() { Pairs = [new(0, 7)] }, Token));
        Assert.Contains("several rows of B have the listed id 7", error.Message, StringComparison.Ordinal);
        using MatchTable other = await CrossMatcher.MatchAsync(a, b, new() { Pairs = [new(0, 8)] }, Token);
        Assert.Equal([("0-8", 7200.0)], (await RowsAsync(other)).Select(r => (r.Key, Math.Round(r.Arcsec, 6))));
    }

    [Fact]
    public async Task An_association_has_a_tile_for_each_pixel_with_all_pairs_by_position()
    {
        using MatchTable match = await CrossMatcher.MatchAsync(skies.MemoryA, skies.MemoryB, new() { RadiusArcsec = TwoSkies.RadiusArcsec },
            Token);
        await new AssociationFolder(match).WriteAsync(folder["assn/"], ("/data/a", "id"), ("../b", "object_id"), Token);
        HatsProperties properties = HatsProperties.Parse(await File.ReadAllTextAsync(folder["assn/hats.properties"], Token));
        Assert.Equal("association|/data/a|id|a_object_id|../b|object_id|b_object_id|True", string.Join('|', ((string[])["dataproduct_type",
            "hats_primary_table_url", "hats_col_assn_primary", "hats_col_assn_primary_assn", "hats_assn_join_table_url",
                "hats_col_assn_join",
            "hats_col_assn_join_assn", "hats_assn_leaf_files"]).Select(key => properties[key])));
        string[] partitions = [.. File.ReadLines(folder["assn/partition_info.csv"]).Skip(1)];
        Assert.NotEmpty(partitions);
        List<string> found = [];
        foreach (string[] partition in partitions.Select(p => p.Split(',')))
        {
            (int order, long pixel) = (int.Parse(partition[0]), long.Parse(partition[1]));
            await using ITableReader tile = await TableReader.OpenAsync(
                folder[$"assn/dataset/Norder={order}/Dir={pixel / 10000 * 10000}/Npix={pixel}.parquet"], cancellationToken: Token);
            await foreach (RowBatch batch in tile.ReadAsync(cancellationToken: Token))
                for (int row = 0; row < batch.RowCount; row++)
                {
                    Assert.Equal(pixel, ((ColumnData<long>)batch["_healpix_29"]).Values.Span[row] >> (2 * (29 - order)));
                    found.Add($"{((ColumnData<long>)batch["a_object_id"]).Values.Span[row]}-"
                        + $"{((ColumnData<long>)batch["b_object_id"]).Values.Span[row]}");
                }
        }
        Assert.Equal((await RowsAsync(match)).Select(r => r.Key), found);
        Assert.Equal(found.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), properties["hats_nrows"]);
        using MatchTable left = await CrossMatcher.MatchAsync(skies.MemoryA, skies.MemoryB,
            new() { RadiusArcsec = TwoSkies.RadiusArcsec, Join = MatchJoin.Left }, Token);
        await Assert.ThrowsAsync<ArgumentException>(() => new AssociationFolder(left).WriteAsync(folder["left"], ("a", "id"), ("b", "id"),
            Token));
        await Assert.ThrowsAsync<OutputExistsException>(() =>
            new AssociationFolder(match).WriteAsync(folder["assn"], ("a", "id"), ("b", "id"), Token));
        Assert.Equal(["assn"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<List<(string Key, double Arcsec)>> RowsAsync(MatchTable match)
    {
        List<(string, double)> rows = [];
        await foreach (RowBatch batch in match.ReadAsync(Token))
            for (int row = 0; row < batch.RowCount; row++)
                rows.Add(($"{Id(batch["a_object_id"], row)}-{Id(batch["b_object_id"], row)}", batch["separation_arcsec"].IsNullAt(row)
                    ? double.NaN : ((ColumnData<double>)batch["separation_arcsec"]).Values.Span[row]));
        return rows;

        static string Id(ColumnData ids, int row) => ids.IsNullAt(row) ? "" : $"{((ColumnData<long>)ids).Values.Span[row]}";
    }
}
