using System.Buffers;
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
    private const int MaxNotes = 20, LargestArrayBytes = 1 << 30, MostArrays = 16;
    private const long LargeFileBytes = 64L << 20;

    private readonly SceneRecipe recipe;
    private readonly RasterPlaces places;
    private readonly AssetSelection? leftOut;
    private readonly HashSet<string> texts;
    private readonly ConcurrentDictionary<string, PropertyKinds> kinds = new(StringComparer.Ordinal);
    private string? encoding;

    /// <summary>Creates a builder for the documents of a recipe.</summary>
    /// <param name="source">Keys: <c>items</c> (a glob or a list: items, ItemCollections, NDJSON, catalogs, EO3 documents) or <c>api</c>
    /// (a search), <c>assets</c> (<c>include</c>, <c>exclude</c>, <c>mount</c>), <c>sensor</c>, <c>join</c>, and <c>properties</c>
    /// (<c>exclude</c>: globs of those that get no column; <c>text</c>: those that are stored as text).</param>
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
        RepeatedIdRemedy = SceneRecipe.RepeatedIdRemedy,
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
        ArrayPool<byte> memory = MemoryFor(unit);
        await foreach (ConvertedScenes scenes in recipe.ConvertAsync(unit, context, memory,
            (scenes, problems) => Convert(scenes, problems, context, isText, memory), cancellationToken).ConfigureAwait(false))
        {
            using SceneRows rows = scenes.Rows;
            foreach (string note in scenes.Notes)
                if (notes++ < MaxNotes)
                    context.Report(note);
            notes += scenes.FurtherNotes;
            addresses.Add(scenes.Addresses);
            foreach (SceneInvalidException fault in scenes.Faults)
                SceneRecipe.Reject(context, unit.Id, fault);
            if (rows.Count > 0)
                yield return columns.ToBatch(rows, unit.Id);
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

    // The arrays of a large file are of megabytes, and those of the shared pool remain in memory a minute after their last use, when the
    // writer needs it.
    private static ArrayPool<byte> MemoryFor(SourceUnit unit) =>
        unit.Files.Any(file => new FileInfo(file) is { Exists: true, Length: > LargeFileBytes })
            ? ArrayPool<byte>.Create(LargestArrayBytes, MostArrays) : ArrayPool<byte>.Shared;

    private ConvertedScenes Convert(IEnumerable<Scene> scenes, List<SceneInvalidException> faults, BuildContext context,
        Func<string, bool> isText, ArrayPool<byte> memory)
    {
        SceneAddresses addresses = new(recipe, places);
        SceneRows rows = new(recipe, addresses, isText, memory);
        List<string> notes = [];
        int furtherNotes = 0;
        foreach (Scene scene in scenes)
            try
            {
                foreach (string note in scene.Notes)
                    if (notes.Count < MaxNotes)
                        notes.Add($"{scene}: {note}");
                    else
                        furtherNotes++;
                Require(scene);
                if (Interlocked.CompareExchange(ref encoding, scene.DocumentEncoding, null) is { } first && first != scene.DocumentEncoding)
                    throw new SceneInvalidException(SceneProblem.InvalidValue, scene.Source, scene.Index, scene.Id, "",
                        $"the document is {scene.DocumentEncoding}, but others are {first}",
                        "Build a dataset of each, and unite them with 'pile merge'");
                rows.Add(scene);
            }
            catch (SceneInvalidException e)
            {
                faults.Add(e);
                if (!context.SkipsBadRows)
                    break;
            }
        rows.Complete();
        return new ConvertedScenes(rows, [.. faults.OrderBy(fault => fault.Index)], notes, furtherNotes, addresses);
    }

    private sealed record ConvertedScenes(SceneRows Rows, IReadOnlyList<SceneInvalidException> Faults, IReadOnlyList<string> Notes,
        int FurtherNotes, SceneAddresses Addresses);
}
