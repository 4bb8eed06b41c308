using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Pile.Stac;

/// <summary>Joins documents that describe the same scene and have different assets, such as the surface reflectance and the surface
/// temperature of a Landsat scene.</summary>
internal static class SceneJoin
{
    // They describe the document or its assets, not the scene.
    private static readonly string[] OfDocument = ["eo:bands", "created", "updated", "title", "description", "bands", "published",
        "expires", "unpublished"];

    /// <summary>Joins the scenes that have one id; the joined scene has the place of the first one.</summary>
    /// <param name="read">Reads the scenes. It is called twice and returns the same ones: only scenes whose ids occur more than once are
    /// kept in memory.</param>
    /// <param name="options">Receives scenes that cannot be joined, and documents that occur twice.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal static async IAsyncEnumerable<Scene> ByIdAsync(Func<SceneReadOptions, IAsyncEnumerable<Scene>> read, SceneReadOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Dictionary<string, List<Scene>?> kept = new(StringComparer.Ordinal);
        // What is not valid is reported in the second reading.
        SceneReadOptions silent = options with { OnInvalid = static _ => { } };
        await foreach (Scene scene in read(silent).WithCancellation(cancellationToken).ConfigureAwait(false))
            if (!kept.TryAdd(scene.Id, null))
                (kept[scene.Id] ??= []).Add(scene);
        HashSet<string> done = new(StringComparer.Ordinal);
        await foreach (Scene scene in read(options).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (!done.Add(scene.Id))
                continue;
            yield return kept.TryGetValue(scene.Id, out List<Scene>? others) && others is not null ? All(scene, others, options) : scene;
        }
    }

    private static Scene All(Scene first, List<Scene> others, SceneReadOptions options)
    {
        SceneIds ids = new();
        ids.Add(first);
        Scene joined = first;
        foreach (Scene other in others)
            try
            {
                if (ids.Add(other) is { Problem: SceneProblem.Repeated } repeated)
                    options.Report(repeated);
                else
                    joined = Assets(joined, other);
            }
            catch (SceneInvalidException e) when (options.OnInvalid is not null)
            {
                options.Report(e);
            }
        return joined;
    }

    /// <summary>Returns the first scene with the assets of the second one that it does not have.</summary>
    /// <exception cref="SceneInvalidException">They differ in geometry, time, grid, or a property that both have; or an asset of both has
    /// two addresses. The message names both documents.</exception>
    internal static Scene Assets(Scene first, Scene second)
    {
        if (FindDifference(first, second) is (var field, var finding))
            throw new SceneInvalidException(SceneProblem.IdConflict, second.Source, second.Index, second.Id, field,
                $"{finding}; the other document with this id is {first.Source}, item {first.Index}", "Leave one of them out");
        HashSet<string> keys = [.. first.Assets.Select(a => a.Key)];
        HashSet<string> names = [.. first.Properties.Select(p => p.Name)];
        return first with
        {
            Assets = [.. first.Assets, .. second.Assets.Where(a => !keys.Contains(a.Key))],
            Properties = [.. first.Properties, .. second.Properties.Where(p => !names.Contains(p.Name))],
            Notes = [.. first.Notes, .. second.Notes, .. first.Collection == second.Collection ? []
                : (string[])[$"joined with the assets of the collection '{second.Collection}'"]],
            Joined = [.. first.Joined, second],
        };
    }

    private static (string Field, string Finding)? FindDifference(Scene first, Scene second)
    {
        if (first.Format != second.Format)
            return ("", "one is a STAC item, the other a dataset of ODC");
        if (!JsonText.Equal(first.Geometry, second.Geometry) || first.GeometryCrs != second.GeometryCrs)
            return ("geometry", "the geometries differ");
        if (!first.BboxDeg.SequenceEqual(second.BboxDeg))
            return ("bbox", "the boxes differ");
        if (first.Time.StartMjd != second.Time.StartMjd || first.Time.EndMjd != second.Time.EndMjd)
            return ("properties.datetime", "the times differ");
        foreach (SceneProperty property in second.Properties)
            if (!OfDocument.Contains(property.Name) && first.TryFind(property.Name, out JsonValue other)
                && !JsonText.Equal(property.Value.Json, other.Json))
                return ($"properties.{property.Name}", $"one document has {SceneInvalidException.Shown(other.ToString())}, the other "
                    + SceneInvalidException.Shown(property.Value.ToString()));
        foreach (SceneAsset asset in second.Assets)
            if (first.FindAsset(asset.Key) is { } same && SignedQuery.Remove(same.Href) != SignedQuery.Remove(asset.Href))
                return ($"assets.{asset.Key}.href", $"one document has '{SceneInvalidException.Shown(SignedQuery.Remove(same.Href))}', the "
                    + $"other '{SceneInvalidException.Shown(SignedQuery.Remove(asset.Href))}'");
        return null;
    }
}
