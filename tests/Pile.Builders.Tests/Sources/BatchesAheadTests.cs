using Pile.Builders.Sources;
using Pile.Format;

namespace Pile.Builders.Tests.Sources;

/// <summary>Tables that are read one batch ahead.</summary>
public class BatchesAheadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Batches_keep_their_order_and_an_error_follows_those_before_it()
    {
        List<int> rows = [];
        InvalidDataException error = await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (RowBatch batch in BatchesAhead.ReadAsync(Table(5, failsAt: 3), Token))
                rows.Add(batch.RowCount);
        });
        Assert.Equal("batch 3", error.Message);
        Assert.Equal([1, 2, 3], rows);
    }

    [Fact]
    public async Task The_next_batch_is_read_while_one_is_used()
    {
        TaskCompletionSource second = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int count = 0;
        await foreach (RowBatch batch in BatchesAhead.ReadAsync(Table(2, onBatch: number =>
        {
            if (number == 1)
                second.SetResult();
        }), Token))
        {
            if (count++ == 0)
                await second.Task.WaitAsync(TimeSpan.FromMinutes(1), Token);
            Assert.Equal(count, batch.RowCount);
        }
        Assert.Equal(2, count);
    }

    [Fact]
    public async Task A_caller_that_stops_early_gets_no_later_error_and_the_table_is_closed_after_its_last_read()
    {
        bool isClosed = false;
        await foreach (RowBatch batch in BatchesAhead.ReadAsync(Table(5, failsAt: 1, onEnd: () => isClosed = true), Token))
        {
            Assert.Equal(1, batch.RowCount);
            break;
        }
        Assert.True(isClosed);
    }

    private static async IAsyncEnumerable<RowBatch> Table(int count, int failsAt = -1, Action<int>? onBatch = null, Action? onEnd = null)
    {
        try
        {
            for (int i = 0; i < count; i++)
            {
                await Task.Yield();
                onBatch?.Invoke(i);
                if (i == failsAt)
                    throw new InvalidDataException($"batch {i}");
                yield return new RowBatch([new ColumnData<long>(
                    new ColumnSchema { Name = "id", DType = DType.Int64 }, new long[i + 1], i + 1)]);
            }
        }
        finally
        {
            onEnd?.Invoke();
        }
    }
}
