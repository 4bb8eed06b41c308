using System.Runtime.CompilerServices;
using Pile.Format;

namespace Pile.Builders;

/// <summary>The code of a builder or of an indexer failed. The inner exception has its stack trace.</summary>
public sealed class BuilderFailedException : PileException
{
    private BuilderFailedException(string kind, SourceUnit? unit, string when, Exception inner)
        : base($"{PlaceOf(unit)}the builder '{kind}' failed{(when.Length > 0 ? $" {when}" : "")} "
            + $"with {inner.GetType().Name}: {LineOf(inner)}. This is a defect of the builder; report it to its author.", inner) =>
        (Kind, UnitId, Files) = (kind, unit?.Id, unit?.Files ?? []);

    private BuilderFailedException(string kind, string place, Exception inner)
        : base($"{place}: the indexer '{kind}' failed with {inner.GetType().Name}: {LineOf(inner)}. This is a defect of the indexer; "
            + "report it to its author.", inner) => (Kind, Files) = (kind, []);

    /// <summary>The name of the builder or indexer.</summary>
    public string Kind { get; }

    /// <summary>The unit that was read; null if there was none.</summary>
    public string? UnitId { get; }

    /// <summary>The files of the unit.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>Calls an indexer, and checks its counts.</summary>
    /// <param name="indexer">The indexer.</param>
    /// <param name="block">The pixels.</param>
    /// <param name="place">The scene and its document.</param>
    internal static ChipStatistics Measure(ChipIndexer indexer, in ChipBlock block, string place)
    {
        try
        {
            ChipStatistics counts = indexer.Measure(block);
            int pixels = block.Size * block.Size, valid = pixels - counts.NodataPixels;
            return (uint)counts.NodataPixels <= (uint)pixels && (uint)(counts.CloudPixels ?? 0) <= (uint)pixels
                && (uint)(counts.ClearPixels ?? 0) <= (uint)valid
                ? counts : throw new InvalidOperationException($"it counted {counts.NodataPixels} missing, {counts.CloudPixels} cloudy and "
                    + $"{counts.ClearPixels} clear pixels in a chip of {pixels}");
        }
        catch (Exception e) when (IsOfBuilder(e))
        {
            throw new BuilderFailedException(indexer.Name, place, e);
        }
    }

    internal static T Guard<T>(string kind, string when, Func<T> run)
    {
        try
        {
            return run() ?? throw new InvalidOperationException("it returned null");
        }
        catch (Exception e) when (IsOfBuilder(e))
        {
            throw new BuilderFailedException(kind, null, when, e);
        }
    }

    /// <summary>Reads what a builder returns.</summary>
    /// <param name="kind">The name of the builder.</param>
    /// <param name="unit">The unit that is read; null for the list of units.</param>
    /// <param name="when">What the builder did, for messages; empty if it read the unit.</param>
    /// <param name="context">The context that the builder has.</param>
    /// <param name="run">Calls the builder.</param>
    /// <param name="cancellationToken">Cancels the build.</param>
    /// <exception cref="BuilderFailedException">The builder failed, or returned null.</exception>
    internal static async IAsyncEnumerable<T> GuardAsync<T>(string kind, SourceUnit? unit, string when, BuildContext context,
        Func<IAsyncEnumerable<T>> run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerator<T>? items = null;
        try
        {
            while (await NextAsync().ConfigureAwait(false))
                yield return items!.Current;
        }
        finally
        {
            if (items is not null)
                await items.DisposeAsync().ConfigureAwait(false);
        }

        async ValueTask<bool> NextAsync()
        {
            try
            {
                items ??= (run() ?? throw new InvalidOperationException("it returned null instead of batches"))
                    .GetAsyncEnumerator(cancellationToken);
                if (!await items.MoveNextAsync().ConfigureAwait(false))
                    return false;
                return items.Current is not null ? true : throw new InvalidOperationException("one of its batches is null");
            }
            catch (Exception e) when (IsOfBuilder(e, cancellationToken) && e != context.FailureOfCaller)
            {
                throw new BuilderFailedException(kind, unit, when, e);
            }
        }
    }

    /// <summary>The message of an exception as one line, without the name of a parameter and without the full stop.</summary>
    internal static string LineOf(Exception e) => ArgumentText.Of(e).ReplaceLineEndings(" ").TrimEnd('.', ' ');

    private static string PlaceOf(SourceUnit? unit) => unit is null ? ""
        : unit.Files.Count == 0 ? $"unit '{unit.Id}': "
        : $"{unit.Files[0]}{(unit.Files.Count > 1 ? $" and {unit.Files.Count - 1} other files" : "")}, unit '{unit.Id}': ";

    /// <summary>False for errors of the source, for a lack of memory or threads, and if the build is cancelled; a builder whose own work
    /// is cancelled, such as a request that takes too long, has failed.</summary>
    private static bool IsOfBuilder(Exception e, CancellationToken cancellationToken = default) =>
        e is not (PileException or OutOfMemoryException or TaskSchedulerException)
            && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested);
}
