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
            return run();
        }
        catch (Exception e) when (IsOfBuilder(e))
        {
            throw new BuilderFailedException(kind, null, when, e);
        }
    }

    internal static async IAsyncEnumerable<T> GuardAsync<T>(string kind, SourceUnit? unit, string when, Func<IAsyncEnumerable<T>> run,
        [EnumeratorCancellation] CancellationToken cancellationToken)
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
                items ??= run().GetAsyncEnumerator(cancellationToken);
                return await items.MoveNextAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (IsOfBuilder(e))
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

    /// <summary>False for errors of the source, and for a lack of memory or threads.</summary>
    private static bool IsOfBuilder(Exception e) =>
        e is not (PileException or OperationCanceledException or OutOfMemoryException or TaskSchedulerException);
}
