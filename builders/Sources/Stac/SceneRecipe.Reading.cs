using System.Buffers;
using System.Runtime.CompilerServices;
using Pile.Stac;
using Pile.Storage;

namespace Pile.Builders.Sources.Stac;

/// <content>Reads the documents of a unit.</content>
internal sealed partial class SceneRecipe
{
    /// <summary>Reads the scenes of a unit, with what the sensor knows of their bands.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="context">Decides what happens with bad documents.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    internal async IAsyncEnumerable<Scene> ReadAsync(SourceUnit unit, BuildContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SceneIds ids = new();
        Dictionary<string, Scene> joined = new(StringComparer.Ordinal);
        List<string> order = [];
        string[] names = [.. unit.Files.Select(recipe.NameOf)];
        if (names.Length == 0)
            names = [search?.Name ?? unit.Id];
        for (int i = 0; i < names.Length; i++)
        {
            string name = names[i];
            bool hasItems = false; // of which some may be skipped
            SceneReadOptions options = OptionsOf(context, name, () => hasItems = true);
            IAsyncEnumerable<Scene> scenes = search?.ReadAsync(options, cancellationToken)
                ?? stored?.ReadAsync(unit, options, cancellationToken) ?? ScenesOf(unit.Files[i], options, cancellationToken);
            await foreach (Scene scene in scenes.ConfigureAwait(false))
            {
                hasItems = true;
                if (JoinsAssets)
                    Join(scene, joined, order, context, name);
                else if (ids.Add(scene) is { } repeated)
                    Reject(context, name, repeated);
                else if (Chosen(scene, context, name) is { } chosen)
                    yield return chosen;
            }
            if (!hasItems)
                context.Report(search is null ? "the file has no items" : $"'{name}' found no items");
        }
        foreach (string id in order)
            if (Chosen(joined[id], context, names[0]) is { } chosen)
                yield return chosen;
    }

    /// <summary>Reads and converts the scenes of a unit, several groups of them at the same time.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="context">The number of wanted rows.</param>
    /// <param name="memory">Lends memory for the chunks of files.</param>
    /// <param name="convert">See <see cref="SceneConversion{T}.Convert"/>.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <returns>The results in the order of the scenes.</returns>
    internal async IAsyncEnumerable<T> ConvertAsync<T>(SourceUnit unit, BuildContext context, ArrayPool<byte> memory,
        Func<IEnumerable<Scene>, List<SceneInvalidException>, T> convert, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (JoinsAssets || context.WantedRows is not null || search is not null || unit.Files.Any(StacGeoParquet.IsFile))
        {
            await foreach (T converted in SceneBatches.ConvertAsync(ReadAsync(unit, context, cancellationToken),
                new SceneConversion<T>(null, convert), context.WantedRows ?? long.MaxValue, cancellationToken).ConfigureAwait(false))
                yield return converted;
            yield break;
        }
        SceneIds ids = new();
        foreach (string file in unit.Files)
        {
            bool hasItems = false; // of which some may be skipped
            SceneConversion<T> conversion = new(key =>
            {
                hasItems = true;
                return ids.Add(key);
            }, (scenes, problems) =>
            {
                T converted = convert(Chosen(scenes, problems), problems);
                if (problems.Count > 0)
                    hasItems = true;
                return converted;
            });
            string name = recipe.NameOf(file);
            SceneReadOptions options = OptionsOf(context, name, () => hasItems = true) with { Memory = memory };
            await foreach (T converted in SceneSource.ConvertAsync(FolderOf(file), Path.GetFileName(file), options, conversion,
                cancellationToken).ConfigureAwait(false))
                yield return converted;
            if (!hasItems)
                context.Report("the file has no items");
        }
    }

    /// <summary>Returns the options for a file of documents, or for a search.</summary>
    /// <param name="context">Receives skipped items.</param>
    /// <param name="name">The file or search.</param>
    /// <param name="onItem">Called for an item that is skipped, or that is read with another file.</param>
    private SceneReadOptions OptionsOf(BuildContext context, string name, Action onItem) => new()
    {
        OnInvalid = problem =>
        {
            onItem();
            Reject(context, name, problem);
        },
        Mounts = rules,
        IsReadByItself = linked =>
        {
            if (listed?.Contains(linked) is not true)
                return false;
            onItem();
            return true;
        },
    };

    private static IAsyncEnumerable<Scene> ScenesOf(string file, SceneReadOptions options, CancellationToken cancellationToken) =>
        StacGeoParquet.IsFile(file) ? StacGeoParquet.Read(file, options, cancellationToken).ToAsyncEnumerable()
            : SceneSource.ReadAsync(FolderOf(file), Path.GetFileName(file), options, cancellationToken);

    private static LocalFolder FolderOf(string file) => new(Path.GetDirectoryName(file)!) { FollowsLinks = true };

    private static void Join(Scene scene, Dictionary<string, Scene> joined, List<string> order, BuildContext context, string file)
    {
        if (joined.TryAdd(scene.Id, scene))
        {
            order.Add(scene.Id);
            return;
        }
        try
        {
            joined[scene.Id] = SceneJoin.Assets(joined[scene.Id], scene);
        }
        catch (SceneInvalidException e)
        {
            Reject(context, file, e);
        }
    }

    private Scene? Chosen(Scene scene, BuildContext context, string file)
    {
        try
        {
            return Chosen(scene);
        }
        catch (SceneInvalidException e)
        {
            Reject(context, file, e);
            return null;
        }
    }

    private IEnumerable<Scene> Chosen(IEnumerable<Scene> scenes, List<SceneInvalidException> problems)
    {
        foreach (Scene scene in scenes)
        {
            Scene? chosen = null;
            try
            {
                chosen = Chosen(scene);
            }
            catch (SceneInvalidException e)
            {
                problems.Add(e);
            }
            if (chosen is not null)
                yield return chosen;
        }
    }

    private Scene Chosen(Scene scene)
    {
        Scene chosen = AssetLayers.Apply(selection.Apply(scene));
        Scene completed = (sensor ?? SensorDefinition.Of(chosen))?.Apply(chosen) ?? ItemDefaults.Apply(chosen);
        return stored is null ? completed : completed with { Assets = [.. completed.Assets.Select(a => a.Stored?.Complete(a) ?? a)] };
    }
}
