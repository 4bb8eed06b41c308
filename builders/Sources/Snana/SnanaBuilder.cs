using System.Runtime.CompilerServices;
using Pile.Format;

namespace Pile.Builders.Sources.Snana;

/// <summary>Reads light curves in SNANA's formats: text files with one object each, and pairs of FITS files.</summary>
/// <remarks>A text file is a unit and becomes one row. A HEAD file is a unit with its PHOT file; each of its rows becomes a row.</remarks>
[DatasetBuilder("snana")]
internal sealed class SnanaBuilder : IDatasetBuilder
{
    private readonly RecipeSource source;
    private readonly SnanaRecipe recipe;
    private readonly Lazy<TextScan> scan;

    /// <summary>Creates a builder for the files of a recipe.</summary>
    /// <param name="source">Keys (and defaults): <c>files</c>, <c>id</c> (SNID), <c>time</c>, <c>flux</c> (FLUXCAL), <c>flux_err</c> (the
    /// flux column with the suffix ERR), <c>quality</c> (PHOTFLAG if there is one), <c>band</c>, <c>frame</c>.</param>
    /// <exception cref="DocumentInvalidException">A key is missing, unknown or misused.</exception>
    public SnanaBuilder(RecipeSource source)
    {
        (this.source, recipe) = (source, SnanaRecipe.Read(source));
        scan = new(() => TextScan.Of(recipe));
    }

    /// <inheritdoc/>
    public DatasetFacts Facts => new() { Modality = "time-series", TimeScale = recipe.Time.Scale, TimeReference = recipe.Time.Reference };

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceUnit> PlanAsync(BuildContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        TextScan texts = await Task.Run(() => scan.Value, cancellationToken).ConfigureAwait(false);
        if (texts.OtherColumns.Count > 0)
            context.Report($"the dataset does not contain these columns of the measurements: {string.Join(", ", texts.OtherColumns)}");
        if (texts.FilesWithMore > 0)
            context.Report($"the dataset does not contain what follows the measurements, such as spectra, in {texts.FilesWithMore} files");
        foreach (SourceUnit unit in source.Units())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return unit with { Files = [unit.Files[0], .. PhotOf(unit.Files[0])], HasFixedColumns = true };
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, BuildContext context, CancellationToken cancellationToken) =>
        (SnanaText.IsFits(unit.Files[0]) ? ReadPair(unit, context, cancellationToken) : ReadText(unit.Files[0], context))
        .ToAsyncEnumerable();

    private IEnumerable<RowBatch> ReadText(string path, BuildContext context)
    {
        SnanaText file = SnanaText.Read(path);
        if (file.Rows.Count > 0)
            yield return new TextCurve(file, recipe, scan.Value.Types).Read();
        else
            context.Skip(path, 0, "the object has no measurements");
    }

    private IEnumerable<RowBatch> ReadPair(SourceUnit unit, BuildContext context, CancellationToken cancellationToken)
    {
        using HeadFile head = HeadFile.Open(unit.Files[0]);
        if (unit.Files.Count < 2)
            throw new SourceUnreadableException(head.Path,
                $"there is no PHOT file in the same folder: {string.Join(" or ", PhotFile.Names(head.Path, head.PhotName).Distinct())}",
                "Download it, or rename it to one of these names");
        using PhotFile phot = PhotFile.Open(unit.Files[1], recipe);
        if (phot.OtherColumns.ToArray() is { Length: > 0 } others)
            context.Report($"the dataset does not contain these columns of the measurements: {string.Join(", ", others)}");
        foreach (RowBatch rows in new FitsCurves(head, phot, recipe, context).Read(cancellationToken))
            yield return rows;
    }

    /// <summary>Returns the PHOT file of a HEAD file. Other files, and those that are unreadable, have none.</summary>
    private static IEnumerable<string> PhotOf(string path)
    {
        if (!SnanaText.IsFits(path))
            return [];
        try
        {
            using HeadFile head = HeadFile.Open(path);
            return PhotFile.PathOf(path, head.PhotName) is { } phot ? [phot] : [];
        }
        catch (PileException)
        {
            return []; // reported when the unit is read
        }
    }
}
