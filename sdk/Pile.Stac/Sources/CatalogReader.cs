using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Storage;

namespace Pile.Stac;

/// <summary>Reads a static catalog: the links <c>child</c>, <c>item</c> and <c>items</c> are followed depth first, in their
/// order.</summary>
/// <remarks>Documents that follow in the same catalog are fetched ahead. A document that is linked twice is read once; a link back to a
/// catalog that contains it is reported.</remarks>
internal sealed class CatalogReader
{
    private const int DepthLimit = 64;

    private readonly IFileStore store;
    private readonly SceneReadOptions options;
    private readonly CatalogPaths paths;
    private readonly HashSet<string> visited = new(StringComparer.Ordinal);
    private readonly List<string> ancestors = [];
    private readonly int ahead;

    private CatalogReader(IFileStore store, SceneReadOptions options)
    {
        (this.store, this.options) = (store, options);
        paths = new CatalogPaths(store, options.Mounts);
        ahead = store.Traits.IsLocal ? Math.Max(1, options.Parallelism) * 2 : store.Traits.ParallelRequests;
    }

    /// <summary>Reads all scenes below a catalog or collection.</summary>
    /// <param name="store">The store; links do not leave it.</param>
    /// <param name="path">The path of the root document.</param>
    /// <param name="document">The root document.</param>
    /// <param name="options">The options. <see cref="SceneReadOptions.OnInvalid"/> receives what is not followed or not valid.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static async IAsyncEnumerable<Scene> ReadAsync(IFileStore store, string path, byte[] document,
        SceneReadOptions options, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        CatalogReader reader = new(store, options);
        StacCatalog root = StacCatalog.Parse(document, SceneSource.Name(store, path));
        reader.paths.SetRoot(path, root);
        reader.visited.Add(path);
        options.Collections.Add(document, SceneSource.Name(store, path));
        await foreach (Scene scene in reader.ReadAsync(path, root, cancellationToken).ConfigureAwait(false))
            yield return scene;
    }

    private async IAsyncEnumerable<Scene> ReadAsync(string path, StacCatalog catalog,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ancestors.Add(path);
        List<(string Path, SceneLink Link)> targets = Targets(path, catalog);
        Queue<Task<byte[]>> fetched = [];
        try
        {
            for (int i = 0, next = 0; i < targets.Count; i++)
            {
                for (; next < targets.Count && next < i + ahead; next++)
                    fetched.Enqueue(SceneSource.BytesAsync(store, targets[next].Path, options, cancellationToken));
                byte[]? document = await DocumentAsync(path, targets[i].Link, fetched.Dequeue()).ConfigureAwait(false);
                if (document is not null)
                    await foreach (Scene scene in ReadTargetAsync(targets[i].Path, document, cancellationToken).ConfigureAwait(false))
                        yield return scene;
            }
        }
        finally
        {
            foreach (Task<byte[]> task in fetched)
                _ = task.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted,
                    TaskScheduler.Default);
        }
        ancestors.RemoveAt(ancestors.Count - 1);
    }

    private List<(string Path, SceneLink Link)> Targets(string path, StacCatalog catalog)
    {
        List<(string Path, SceneLink Link)> targets = [];
        foreach (SceneLink link in catalog.Links)
        {
            if (link.Rel is not ("child" or "item" or "items"))
                continue;
            if (paths.Find(path, link.Href, out string target) is { } fault)
                Report(SceneProblem.LinkOutside, path, $"links.{link.Rel}",
                    $"the link '{SceneInvalidException.Shown(SignedQuery.Remove(link.Href))}' is not followed: {fault}",
                    "Open the catalog at its root, or add a mount for the address (SceneReadOptions.Mounts)");
            else if (ancestors.Contains(target))
                Report(SceneProblem.LinkLoop, path, $"links.{link.Rel}",
                    $"the link '{SceneInvalidException.Shown(link.Href)}' leads back to "
                    + "a catalog that contains this one", "Correct the catalog");
            else if (visited.Add(target) && options.IsReadByItself?.Invoke(SceneSource.Name(store, target)) is not true)
                targets.Add((target, link));
        }
        return targets;
    }

    private async Task<byte[]?> DocumentAsync(string catalog, SceneLink link, Task<byte[]> fetch)
    {
        try
        {
            return await fetch.ConfigureAwait(false);
        }
        catch (SceneInvalidException e)
        {
            options.Report(e);
        }
        catch (SourceUnreadableException e)
        {
            string href = SceneInvalidException.Shown(SignedQuery.Remove(link.Href));
            options.Report(new SceneInvalidException(SceneProblem.LinkMissing, SceneSource.Name(store, catalog), 0, null,
                $"links.{link.Rel}", $"the linked document '{href}' cannot be read: {(e.InnerException is FileNotFoundException
                    ? "there is no such file" : e.InnerException?.Message.TrimEnd('.'))}", "Complete the catalog, or remove the link", e));
        }
        return null;
    }

    private async IAsyncEnumerable<Scene> ReadTargetAsync(string path, byte[] document,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string source = SceneSource.Name(store, path);
        DocumentKind kind = SceneDocument.KindOf(document);
        if (kind is DocumentKind.Catalog)
        {
            if (TryCatalog(path, document, source) is { } catalog)
                await foreach (Scene scene in ReadAsync(path, catalog, cancellationToken).ConfigureAwait(false))
                    yield return scene;
            yield break;
        }
        if (kind is DocumentKind.Item or DocumentKind.Eo3 or DocumentKind.Unknown && !SceneSource.IsYaml(path))
        {
            if (TryScene(document, source) is { } scene)
                yield return scene;
            yield break;
        }
        if (SceneSource.IsYaml(path))
        {
            foreach (Scene scene in Eo3Document.ParseYaml(document, source, options))
                yield return scene;
            yield break;
        }
        using BytesFile file = new(document);
        await foreach (Scene scene in SceneSource.ReadAsync(file, source, options,
            cancellationToken: cancellationToken).ConfigureAwait(false))
            yield return scene;
    }

    private StacCatalog? TryCatalog(string path, byte[] document, string source)
    {
        if (ancestors.Count >= DepthLimit)
        {
            Report(SceneProblem.LinkLoop, path, "", $"the catalog is nested deeper than {DepthLimit} levels", "Correct the catalog");
            return null;
        }
        try
        {
            StacCatalog catalog = StacCatalog.Parse(document, source);
            options.Collections.Add(document, source);
            return catalog;
        }
        catch (SceneInvalidException e)
        {
            options.Report(e);
            return null;
        }
    }

    private Scene? TryScene(byte[] document, string source)
    {
        try
        {
            return SceneDocument.ParseJson(document, source, 0, options);
        }
        catch (SceneInvalidException e)
        {
            options.Report(e);
            return null;
        }
    }

    private void Report(SceneProblem problem, string path, string field, string finding, string remedy) =>
        options.Report(new SceneInvalidException(problem, SceneSource.Name(store, path), 0, null, field, finding, remedy));
}
