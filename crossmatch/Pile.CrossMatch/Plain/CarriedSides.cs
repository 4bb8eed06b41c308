using System.Collections.Immutable;
using Pile.Format;
using Pile.Parquet;

namespace Pile.CrossMatch.Plain;

/// <summary>The carried columns of both sides while a match runs: read beside it, waited for where the first block is written.</summary>
internal sealed class CarriedSides : IDisposable
{
    private readonly CarriedColumns[] sides;
    private readonly string[] letters;
    private readonly CancellationTokenSource stop;
    private readonly Task<SideIdentity[]> identities;
    private readonly Task reading;

    internal CarriedSides(CarriedColumns? a, CarriedColumns? b, int workers, CancellationToken cancellationToken)
    {
        sides = [.. ((CarriedColumns?[])[a, b]).OfType<CarriedColumns>()];
        letters = a is null ? ["b"] : ["a", "b"];
        List<ColumnSchema> schemas = [];
        HashSet<string> names = new(PairsFile.OwnColumns, StringComparer.OrdinalIgnoreCase);
        foreach ((CarriedColumns? side, string letter) in new[] { (a, "a"), (b, "b") })
            foreach (ColumnSchema schema in side?.Schemas ?? [])
            {
                string name = MatchColumns.NameOf(schema, letter, names);
                names.Add(name);
                schemas.Add(ColumnMeaning.Renamed(schema, name));
            }
        (Schemas, CountA) = ([.. schemas], a?.Schemas.Length ?? 0);
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        identities = IdentifyAsync(stop.Token);
        reading = ReadAsync(workers, stop.Token);
    }

    /// <summary>The columns in the file of pairs: those of A, then those of B.</summary>
    internal ImmutableArray<ColumnSchema> Schemas { get; }

    /// <summary>How many of them are A's.</summary>
    internal int CountA { get; }

    /// <summary>The columns as Parquet has them.</summary>
    internal IEnumerable<ParquetColumn> Columns => sides.SelectMany(s => s.Values).Zip(Schemas, (values, schema) => new ParquetColumn(schema.Name, values.Type, values.Integer));

    /// <summary>The values of a column; waits until all are read.</summary>
    internal CarriedValues Values(int column)
    {
        reading.GetAwaiter().GetResult();
        ImmutableArray<CarriedValues> first = sides[0].Values;
        return column < first.Length ? first[column] : sides[1].Values[column - first.Length];
    }

    /// <summary>What the sides are; once everything is read.</summary>
    /// <exception cref="SourceUnreadableException">A side was changed meanwhile.</exception>
    internal IEnumerable<(string Side, SideIdentity Identity)> Identities(CancellationToken cancellationToken)
    {
        reading.GetAwaiter().GetResult();
        SideIdentity[] before = identities.GetAwaiter().GetResult(), after = IdentifyAsync(cancellationToken).GetAwaiter().GetResult();
        for (int i = 0; i < before.Length; i++)
            if (before[i] != after[i])
                throw new SourceUnreadableException(before[i].Name, "it was changed while it was matched", "Match it again when nobody writes to it");
        return letters.Zip(after);
    }

    /// <summary>Stops the reading where it goes on.</summary>
    public void Dispose()
    {
        stop.Cancel();
        // What it failed of was thrown where it was waited for, or comes after the failure that ended the match.
        ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
        stop.Dispose();
    }

    private async Task<SideIdentity[]> IdentifyAsync(CancellationToken cancellationToken) => await Task.WhenAll(sides.Select(s => s.IdentifyAsync(cancellationToken))).ConfigureAwait(false);

    // The tiles of both sides in the order of the sky: each thread takes the next one.
    private async Task ReadAsync(int workers, CancellationToken cancellationToken)
    {
        await identities.ConfigureAwait(false);
        CarriedTile[] tiles = [.. (await Task.WhenAll(sides.Select(s => s.BeginAsync(cancellationToken))).ConfigureAwait(false)).SelectMany(t => t).OrderBy(t => t.FirstHealpix29)];
        int next = -1;
        // Threads of their own: those of the pool wait for these values.
        await Task.WhenAll(Enumerable.Range(0, Math.Min(workers, tiles.Length)).Select(_ => Task.Factory.StartNew(() =>
        {
            for (int tile; (tile = Interlocked.Increment(ref next)) < tiles.Length;)
                tiles[tile].ReadAsync(cancellationToken).GetAwaiter().GetResult();
        }, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))).ConfigureAwait(false);
    }
}
