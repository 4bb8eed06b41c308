using System.Runtime.ExceptionServices;

namespace Pile.CrossMatch.Matching;

/// <summary>Runs a search on several threads, chunk by chunk of a, and delivers its blocks in the order of the rows of a.</summary>
/// <remarks>
/// A thread that finishes a block before its turn leaves the block to the thread with the preceding block, and continues. The number of
/// waiting blocks is limited; then threads wait. Rows of a chunk whose first block was full are divided into stretches of about one block,
/// which all threads search; otherwise the thread with the next chunk would wait for most of this one. The division depends only on the
/// pairs, and so do the blocks.
/// </remarks>
/// <param name="search">The search.</param>
/// <param name="rowCount">The number of rows of a.</param>
/// <param name="options">The number of threads, and progress.</param>
/// <param name="whenFound">Receives each block on the thread that found it, before its turn; may remove pairs.</param>
/// <param name="inTurn">Receives the blocks in order, one at a time, on any thread.</param>
/// <param name="afterwards">Then receives each block, on any thread and in parallel with others; null if <paramref name="inTurn"/> returns
/// the block itself.</param>
internal sealed class OrderedRun(IPairSearch search, int rowCount, SkyMatchOptions options, Action<PairBuffer>? whenFound,
    Action<PairBuffer> inTurn, Action<PairBuffer>? afterwards)
{
    private readonly object turn = new();
    private readonly Dictionary<int, PairBuffer> waiting = [];
    private readonly Stack<PairBuffer> free = new();
    private readonly int maxWaiting = 2 * options.Workers;
    private readonly PriorityQueue<Stretch, int> rest = new();
    private int searching;
    private int nextChunk = options.ChunksOfA?.First ?? 0, turnOfRow = (options.ChunksOfA?.First ?? 0) << SortedPositions.ChunkShift;
    private bool isHandingOver;
    private ExceptionDispatchInfo? failure;

    /// <summary>Runs to the end.</summary>
    internal void Run(CancellationToken cancellationToken)
    {
        int chunks = options.ChunksOfA?.End
            ?? (int)(((long)rowCount + SortedPositions.ChunkRows - 1) >> SortedPositions.ChunkShift);
        Thread[] others = new Thread[Math.Max(options.Workers, 1) - 1];
        using CancellationTokenRegistration wake = cancellationToken.Register(() => { lock (turn) Monitor.PulseAll(turn); });
        for (int i = 0; i < others.Length; i++)
            (others[i] = new Thread(() => Work(chunks, cancellationToken)) { IsBackground = true, Name = "crossmatch" }).Start();
        Work(chunks, cancellationToken);
        foreach (Thread other in others)
            other.Join();
        failure?.Throw();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Returns a block, so that it can be reused.</summary>
    internal void GiveBack(PairBuffer pairs)
    {
        lock (turn)
            free.Push(pairs);
    }

    private void Work(int chunks, CancellationToken cancellationToken)
    {
        try
        {
            IPairSearcher? searcher = null;
            while (TryTake(chunks, cancellationToken, out int row, out int end)
                && TryRent(row, cancellationToken, out PairBuffer pairs))
            {
                searcher ??= search.CreateSearcher();
                (pairs.Count, pairs.FirstRowA) = (0, row);
                pairs.EndRowA = searcher.Find(row, end, pairs, cancellationToken);
                Searched(row, pairs.EndRowA, end);
                whenFound?.Invoke(pairs);
                HandOver(pairs);
            }
        }
        catch (Exception e)
        {
            lock (turn)
            {
                failure ??= ExceptionDispatchInfo.Capture(e);
                Monitor.PulseAll(turn);
            }
        }
    }

    // Somewhat fewer rows than those of a full block, so that most stretches are one block.
    private static int RowsLike(int rowsOfBlock) => Math.Max(rowsOfBlock - (rowsOfBlock / 4), 1);

    /// <summary>Takes the first rows that no thread has taken. Rows of started chunks come first, so that the block whose turn is next is
    /// never one that waits for a thread while all threads wait for their turn.</summary>
    private bool TryTake(int chunks, CancellationToken cancellationToken, out int row, out int end)
    {
        (row, end) = (0, 0);
        lock (turn)
        {
            // A thread that searches may leave rows to others.
            while (rest.Count == 0 && nextChunk >= chunks && searching > 0 && failure is null && !cancellationToken.IsCancellationRequested)
                Monitor.Wait(turn);
            if (rest.TryDequeue(out Stretch next, out _))
            {
                (row, end) = (next.Row, (int)Math.Min((long)next.Row + next.Rows, next.End));
                if (end < next.End)
                    rest.Enqueue(next with { Row = end }, end);
            }
            else if (nextChunk < chunks)
            {
                row = nextChunk++ << SortedPositions.ChunkShift;
                end = (int)Math.Min(rowCount, (long)row + SortedPositions.ChunkRows);
            }
            else
                return false;
            searching++;
            return true;
        }
    }

    private void Searched(int row, int reached, int end)
    {
        lock (turn)
        {
            searching--;
            if (reached < end)
                rest.Enqueue(new Stretch(reached, end, RowsLike(reached - row)), reached);
            if (reached < end || searching == 0)
                Monitor.PulseAll(turn);
        }
    }

    /// <summary>Waits until the number of waiting blocks is below the limit, unless they wait for this one.</summary>
    private bool TryRent(int row, CancellationToken cancellationToken, out PairBuffer pairs)
    {
        lock (turn)
        {
            while (waiting.Count >= maxWaiting && row != turnOfRow && failure is null && !cancellationToken.IsCancellationRequested)
                Monitor.Wait(turn);
            if (!free.TryPop(out pairs!))
                pairs = new PairBuffer();
            return failure is null && !cancellationToken.IsCancellationRequested;
        }
    }

    private void HandOver(PairBuffer pairs)
    {
        List<PairBuffer> mine = [];
        int rows = 0;
        lock (turn)
        {
            waiting.Add(pairs.FirstRowA, pairs);
            if (isHandingOver)
                return;
            isHandingOver = true;
        }
        while (TryTakeTurn(out PairBuffer? next))
        {
            mine.Add(next);
            rows += next.EndRowA - next.FirstRowA;
            inTurn(next);
        }
        if (afterwards is not null)
            foreach (PairBuffer done in mine)
            {
                afterwards(done);
                GiveBack(done);
            }
        if (rows > 0)
            options.RowsDone?.Invoke(rows);
    }

    private bool TryTakeTurn(out PairBuffer next)
    {
        lock (turn)
        {
            if (waiting.Remove(turnOfRow, out next!))
            {
                turnOfRow = next.EndRowA;
                Monitor.PulseAll(turn);
                return true;
            }
            isHandingOver = false;
            return false;
        }
    }

    // Rows that are searched in parts of some rows each.
    private readonly record struct Stretch(int Row, int End, int Rows);
}
