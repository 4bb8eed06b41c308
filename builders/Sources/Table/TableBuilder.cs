using System.Runtime.CompilerServices;
using Pile.Format;
using Pile.Format.Yaml;
using Pile.Tables;

namespace Pile.Builders.Sources.Table;

/// <summary>Catalogues out of CSV, ECSV, FITS, VOTable and Parquet files: one file, one unit; every column is kept as it is.</summary>
/// <remarks>Rows are streamed. Several files make one dataset; a column that some of them lack is null there.</remarks>
public sealed class TableBuilder : IDatasetBuilder
{
    /// <summary>The name under which recipes ask for it.</summary>
    public const string Kind = "table";

    private readonly RecipeSource source;
    private readonly PositionOptions positions;

    /// <summary>A builder over the tables that a recipe names.</summary>
    /// <param name="source">Keys: <c>kind</c>, <c>files</c> (a glob or a list; <c>file.fits#2</c> names an HDU), and, where they can't be guessed, the columns <c>id</c>, <c>ra</c>, <c>dec</c>,
    /// <c>ra_unit</c> (deg, hours, rad or sexagesimal) and <c>frame</c> (icrs, fk5, fk4, galactic, ecliptic, J2000, B1950, 'fk5 J1975'); <c>nested: false</c> leaves the lists
    /// of a STRUCT of Parquet as lists by themselves, where they are not of one length.</param>
    /// <exception cref="DocumentInvalidException">A key is missing or unknown.</exception>
    public TableBuilder(RecipeSource source)
    {
        source.Map.RequireKeys("kind", "files", "id", "ra", "dec", "ra_unit", "frame", "nested");
        _ = source.Map.Required("files");
        this.source = source;
        positions = new PositionOptions
        {
            RaUnit = source.Map.Find("ra_unit")?.AsScalar().AsOneOf(RaUnits.Words),
            Frame = FrameKey.Read(source.Map),
        };
    }

    /// <inheritdoc/>
    public string Name => Kind;

    /// <inheritdoc/>
    public string Version => "1";

    /// <inheritdoc/>
    public DatasetFacts Facts { get; } = new() { Modality = "catalogue" };

    /// <inheritdoc/>
    public IAsyncEnumerable<SourceUnit> PlanAsync(CancellationToken cancellationToken = default) => Files().ToAsyncEnumerable();

    /// <inheritdoc/>
    public async IAsyncEnumerable<RowBatch> ReadAsync(SourceUnit unit, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string hdu = unit.Id[source.NameOf(unit.Files[0]).Length..]; // what stands behind the file's name
        await using ITableReader table = await TableReader.OpenAsync(unit.Files[0] + hdu, cancellationToken: cancellationToken).ConfigureAwait(false);
        TableRows rows = new(table, source, unit.Id, positions);
        bool isEmpty = true;
        await foreach (RowBatch batch in table.ReadAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            yield return rows.Next(batch);
            isEmpty = false;
        }
        if (isEmpty)
            yield return rows.Next(EmptyBatch.Of(table.Columns)); // its columns are the dataset's all the same
        rows.Complete();
    }

    private IEnumerable<SourceUnit> Files()
    {
        YamlNode files = source.Map.Required("files");
        // All globs are expanded before a file is named: an absolute one may change what a file of an earlier one is called.
        (YamlScalar Glob, string Path, string Hdu)[] found = [.. (files is YamlList list ? list.Items.Select(i => i.AsScalar()) : [files.AsScalar()])
            .SelectMany(Expand).DistinctBy(f => (f.Path, f.Hdu))];
        Dictionary<string, string> pathOfUnit = new(StringComparer.Ordinal);
        foreach ((YamlScalar glob, string path, string hdu) in found)
        {
            string unit = source.NameOf(path) + hdu;
            if (!pathOfUnit.TryAdd(unit, path))
                throw glob.Invalid($"'{pathOfUnit[unit]}' and '{path}' would both be called '{unit}' in the dataset; rename one, or move the recipe to a folder above both");
            yield return new SourceUnit(unit, [path]) { EstimatedBytes = new FileInfo(path).Length };
        }
    }

    private IEnumerable<(YamlScalar Glob, string Path, string Hdu)> Expand(YamlScalar glob)
    {
        // An HDU's name stands behind the file's, unless a file is really called so.
        int hash = File.Exists(source.PathOf(glob.Text)) ? -1 : glob.Text.LastIndexOf('#');
        string hdu = hash > 0 ? glob.Text[hash..] : "";
        return source.Files(hash > 0 ? glob.With(glob.Text[..hash]) : glob).Select(path => (glob, path, hdu));
    }
}
