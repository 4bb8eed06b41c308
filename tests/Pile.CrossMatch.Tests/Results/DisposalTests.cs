using Pile.Format;

namespace Pile.CrossMatch.Tests.Results;

/// <summary>A match that is disposed while it is read: its memory is unmapped, which would end the process if a thread read it.</summary>
public sealed class DisposalTests(TwoSkies skies) : IClassFixture<TwoSkies>
{
    // All pairs: many batches, so that most are not gathered yet when the first is returned.
    private static readonly CrossMatchOptions AllPairs = new() { RadiusArcsec = 648_000, Workers = 2, ColumnsA = ["mag", "name"] };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, null)]
    [InlineData(true, 0L)]
    [InlineData(false, null)]
    [InlineData(false, 0L)]
    public async Task Reading_that_is_in_progress_ends_with_an_error(bool areDatasets, long? keptBytes)
    {
        foreach (bool isFiltered in (bool[])[false, true])
        {
            MatchTable match = await MatchAsync(areDatasets, keptBytes), read = isFiltered ? match.Where("a_mag > 0") : match;
            using (IEnumerator<MatchPair> pairs = read.GetEnumerator())
            {
                Assert.True(pairs.MoveNext());
                match.Dispose();
                Assert.Throws<ObjectDisposedException>(() =>
                {
                    while (pairs.MoveNext())
                    {
                    }
                });
            }
            Assert.Throws<ObjectDisposedException>(() => match.Where("a_mag > 1"));

            match = await MatchAsync(areDatasets, keptBytes);
            read = isFiltered ? match.Where("a_mag > 0") : match;
            await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
            {
                await foreach (RowBatch batch in read.ReadAsync(Token))
                    match.Dispose();
            });
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_disposed_match_selects_no_rows(bool areDatasets)
    {
        MatchTable match = await MatchAsync(areDatasets, null), limited = match.First(3);
        match.Dispose();
        foreach (MatchTable table in (MatchTable[])[match, limited])
        {
            Assert.Throws<ObjectDisposedException>(() => table.First(1));
            Assert.Throws<ObjectDisposedException>(() => match.Where("a_mag > 1"));
            Assert.Throws<ObjectDisposedException>(() => match.OrderBy("a_mag"));
            await Assert.ThrowsAsync<ObjectDisposedException>(() => table.HasPositionsInAsync(skies.A, skies.B, Token));
            await Assert.ThrowsAsync<ObjectDisposedException>(async () => await table.ReadAsync(Token).FirstAsync(Token));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reading_that_is_cancelled_returns_no_further_batch(bool isFiltered)
    {
        using MatchTable match = await MatchAsync(areDatasets: true, null);
        MatchTable read = isFiltered ? match.Where("a_mag = a_mag") : match;
        int batches = 0;
        await foreach (RowBatch batch in read.ReadAsync(Token))
            batches++;
        Assert.True(batches > 1);
        foreach (int cancelledAfter in (int[])[1, batches - 1]) // with the latter, the last batch has been gathered ahead
        {
            using CancellationTokenSource cancel = new();
            int returned = 0;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (RowBatch batch in read.ReadAsync(cancel.Token))
                    if (++returned == cancelledAfter)
                        await cancel.CancelAsync();
            });
            Assert.Equal(cancelledAfter, returned);
        }
    }

    [Fact]
    public async Task A_match_of_one_batch_tells_too()
    {
        MatchTable few = await CrossMatcher.MatchAsync(new DatasetSide(skies.A), new DatasetSide(skies.B),
            new() { RadiusArcsec = TwoSkies.RadiusArcsec }, Token);
        Assert.InRange(few.RowCount, 2, 8000);
        Assert.Throws<ObjectDisposedException>(() =>
        {
            foreach (MatchPair pair in few)
                few.Dispose();
        });
    }

    [Theory]
    [InlineData(true, null, new[] { 0, 2, 5, 9 })]
    [InlineData(true, 0L, new[] { 1, 4 })]
    [InlineData(false, 0L, new[] { 0, 7 })]
    [InlineData(true, null, new[] { 1, 3, 4, 6, 7, 8, 10, 11 }, Traits = ["Run", "Long"])]
    [InlineData(true, 0L, new[] { 0, 2, 3, 5, 6, 7, 8, 9, 10, 11 }, Traits = ["Run", "Long"])]
    [InlineData(false, 0L, new[] { 1, 2, 3, 4, 5, 6, 8, 9, 10, 11 }, Traits = ["Run", "Long"])]
    public async Task Another_thread_may_dispose_it_at_any_time(bool areDatasets, long? keptBytes, int[] delays)
    {
        foreach (int milliseconds in delays)
        {
            MatchTable match = await MatchAsync(areDatasets, keptBytes);
            Task reading = Task.Run(async () =>
            {
                while (true) // until it is disposed
                    await foreach (RowBatch batch in match.ReadAsync(Token))
                        _ = batch.RowCount;
            }, Token);
            await Task.Delay(milliseconds, Token);
            match.Dispose();
            await Assert.ThrowsAsync<ObjectDisposedException>(() => reading);
        }
    }

    private Task<MatchTable> MatchAsync(bool areDatasets, long? keptBytes) => CrossMatcher.MatchAsync(
        areDatasets ? new DatasetSide(skies.A) : skies.MemoryA, areDatasets ? new DatasetSide(skies.B) : skies.MemoryB,
        AllPairs with { KeptBytes = keptBytes }, Token);
}
