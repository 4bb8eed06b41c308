using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Stac;
using Pile.Writing;

namespace Pile.Builders.Sources.Stac;

/// <summary>Makes a row of each STAC item and each EO3 document: footprint, time, assets, bands, properties, and the document. Each file of
/// documents is a unit.</summary>
[DatasetBuilder("stac-scenes")]
internal class StacScenesBuilder : IDatasetBuilder, IMountingBuilder, IAgreeingBuilder, IDisposable
{
    private const int RowsPerBatch = 1000;
    private const long BytesPerBatch = 32L << 20;
    private const int MaxNotes = 20;

    private readonly SceneRecipe recipe;
    private readonly RasterPlaces places;
    private readonly AssetSelection? leftOut;
    private readonly HashSet<string> texts;
    private readonly ConcurrentDictionary<string, PropertyKinds> kinds = new(StringComparer.Ordinal);
    private string? encoding;

    /// <summary>Creates a builder for the documents of a recipe.</summary>
    /// <param name="source">Keys: <c>items</c> (a glob or a list: items, ItemCollections, NDJSON, catalogs, EO3 documents), <c>assets</c>
    /// (<c>include</c>, <c>exclude</c>, <c>mount</c>), <c>sensor</c>, <c>join</c>, and <c>properties</c> (<c>exclude</c>: globs of those
    /// that get no column; <c>text</c>: those that are stored as text).</param>
    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused.</exception>
    public StacScenesBuilder(RecipeSource source)
    {
        source.Map.RequireKeys([.. SceneRecipe.Keys.Where(key => key != SceneRecipe.Probe), "properties"]);
        recipe = new SceneRecipe(source);
        places = new RasterPlaces(recipe.Folder);
        YamlMap? properties = source.Map.Find("properties")?.AsMap();
        properties?.RequireKeys("exclude", "text");
        leftOut = properties?.Find("exclude") is { } exclude
            ? SceneRecipe.Valid(exclude, () => new AssetSelection(SceneRecipe.Texts(exclude), [])) : null;
        texts = [.. SceneRecipe.Texts(properties?.Find("text"))];
    }

    /// <inheritdoc/>
    public DatasetFacts Facts => new()
    {
        Modality = Modality.OfScenes,
        Frame = Manifest.Wgs84,
        TimeScale = "UTC",
        HasTiles = recipe.Tiles is not null,
    };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Mounts => places.Mounts;

    /// <inheritdoc/>
    public IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, CancellationToken cancellationToken) =>
        recipe.Units().ToAsyncEnumerable();

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        SceneAddresses addresses = new(recipe, places);
        Func<string, bool> isText = name => texts.Contains(name) || context.Decisions.MixedValues.Contains(name);
        SceneColumns columns = new(kinds, name => leftOut?.Includes(name) == true || context.Decisions.LongTexts.Contains(name), isText,
            recipe.Tiles is not null);
        int notes = 0;
        // A batch is converted while the documents of the next one are parsed.
        Task<ConvertedScenes>? converting = null;
        try
        {
            await foreach (List<Scene> scenes in BatchesAsync(unit, context, cancellationToken).ConfigureAwait(false))
            {
                foreach (Scene scene in scenes)
                    foreach (string note in scene.Notes)
                        if (notes++ < MaxNotes)
                            context.Report($"{scene}: {note}");
                Task<ConvertedScenes> next = Task.Run(() => Convert(scenes, context, addresses, isText), cancellationToken);
                if (converting is not null && Finish(await converting.ConfigureAwait(false), columns, unit, context) is { } batch)
                    yield return batch;
                converting = next;
            }
            if (converting is not null && Finish(await converting.ConfigureAwait(false), columns, unit, context) is { } last)
                yield return last;
        }
        finally
        {
            if (converting is not null)
                await ((Task)converting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        context.OnFacts?.Invoke(new UnitFacts { PropertyKinds = [.. columns.Kinds] });
        addresses.Report(context);
        if (notes > MaxNotes)
            context.Report($"{notes - MaxNotes} further notes on documents are not shown");
    }

    /// <inheritdoc/>
    public void RequireAgreement(IEnumerable<UnitFacts> facts) => SceneColumns.RequireAgreement(facts);

    /// <inheritdoc/>
    public void Dispose()
    {
        places.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Checks that a document is of a kind that the builder reads.</summary>
    /// <exception cref="SceneInvalidException">It is not.</exception>
    protected virtual void Require(Scene scene) { }

    private async IAsyncEnumerable<List<Scene>> BatchesAsync(SourceUnit unit, BuildContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<Scene> scenes = [];
        long bytes = 0, wanted = context.WantedRows ?? long.MaxValue;
        await foreach (Scene scene in recipe.ReadAsync(unit, context, cancellationToken).ConfigureAwait(false))
        {
            scenes.Add(scene);
            bytes += scene.Document.Length;
            if (scenes.Count < Math.Min(RowsPerBatch, wanted) && bytes < BytesPerBatch)
                continue;
            yield return scenes;
            (scenes, bytes) = ([], 0);
        }
        if (scenes.Count > 0)
            yield return scenes;
    }

    private ConvertedScenes Convert(List<Scene> scenes, BuildContext context, SceneAddresses addresses, Func<string, bool> isText)
    {
        SceneRows rows = new(recipe, addresses, isText);
        List<SceneInvalidException> faults = [];
        foreach (Scene scene in scenes)
            try
            {
                Require(scene);
                if (Interlocked.CompareExchange(ref encoding, scene.DocumentEncoding, null) is { } first && first != scene.DocumentEncoding)
                    throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id, "",
                        $"the document is {scene.DocumentEncoding}, but others are {first}", "Build a dataset of each");
                rows.Add(scene);
            }
            catch (SceneInvalidException e)
            {
                faults.Add(e);
                if (!context.SkipsBadRows)
                    break;
            }
        return new ConvertedScenes(rows, faults);
    }

    private static RowBatch? Finish(ConvertedScenes converted, SceneColumns columns, SourceUnit unit, BuildContext context)
    {
        foreach (SceneInvalidException fault in converted.Faults)
            SceneRecipe.Reject(context, unit.Id, fault);
        return converted.Rows.Count == 0 ? null : columns.ToBatch(converted.Rows, unit.Id);
    }

    private sealed record ConvertedScenes(SceneRows Rows, IReadOnlyList<SceneInvalidException> Faults);
}
