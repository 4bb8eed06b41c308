using Pile.Builders.Sources.SkyImages;
using Pile.Builders.Sources.SpectralCubes;
using Pile.Fits;
using Pile.Format;

namespace Pile.Builders.Sources.Spectrum;

/// <summary>An open file with the spectra of objects, whose arms, noise and masks may be in further files.</summary>
internal sealed class SpectrumFile : IDisposable
{
    private readonly List<FitsFile> files = [];
    private readonly SpectrumRecipe recipe;
    private readonly int number;

    private SpectrumFile(SpectrumRecipe recipe, int number) => (this.recipe, this.number) = (recipe, number);

    /// <summary>The spectra of the file.</summary>
    internal IReadOnlyList<SpectrumParts> Spectra { get; private set; } = [];

    /// <summary>The table that the recipe names, with a row per object; null without one.</summary>
    internal (FitsTable Table, string Name)? Objects { get; private set; }

    /// <summary>The medium of all wavelengths.</summary>
    internal SpectralMedium Medium { get; private set; }

    /// <summary>Opens a file of the recipe and finds its spectra.</summary>
    /// <exception cref="PileException">A file is unreadable, or does not have what the recipe names.</exception>
    internal static SpectrumFile Open(SpectrumRecipe recipe, int number)
    {
        SpectrumFile file = new(recipe, number);
        try
        {
            file.Open();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => files.ForEach(f => f.Dispose());

    /// <summary>Reads a spectrum, and joins its arms and orders.</summary>
    internal Segment Read(SpectrumParts spectrum)
    {
        SegmentReader[] parts = [.. spectrum.Parts.Select(p => new SegmentReader(p.Arm, p.Line, recipe.HasOrders ? "order" : "spectrum"))];
        Segment[] segments = [.. parts.Select(part => part.Read())];
        SegmentReader.RequireRange(parts);
        return SegmentJoin.Join(spectrum.First.Flux.Path, segments, recipe.Overlap);
    }

    /// <summary>Returns the names and units of the columns of flux and noise in the tables of the flux.</summary>
    internal IEnumerable<string> ColumnUnits() => Spectra.SelectMany(s => s.Parts).Select(p => p.Arm).Distinct()
        .SelectMany(arm => new[] { arm.Flux, arm.Noise }.Where(v => v?.Column is not null && v.Hdu == arm.Flux.Hdu)
            .Select(v => $"{PrefixOf(arm)}{v!.Column!.Name}\t{v.Unit}")).Distinct();

    /// <summary>Returns a message if the recipe names no HDU, and a later table has the column of the flux, too.</summary>
    internal string? UnreadTables()
    {
        foreach (ArmRecipe arm in recipe.Arms)
            if (ArmHdus.FurtherTables(Require(arm.Files[number]), arm).Select(hdu => hdu.Label).ToArray() is [var next, ..] tables)
                return $"{arm.Label}only the first table with the column '{arm.Flux.Column}' is read, not "
                    + (tables.Length == 1 ? $"HDU {next}. " : $"{tables.Length} later ones, of which HDU {next} is the first. ")
                    + "Set 'hdu' in the recipe's source: to its name, a pattern of names (SPAT*) to read all as spectra, or a number";
        return null;
    }

    /// <summary>Returns the names of columns to leave out that the file does not have.</summary>
    internal IEnumerable<string> UnknownExcluded() => recipe.Excluded.Except(
        Spectra.SelectMany(s => s.Parts).Select(p => p.Arm).Distinct()
            .SelectMany(arm => arm.Flux.Table?.Columns.Select(c => PrefixOf(arm) + c.Name) ?? [])
            .Concat(Objects?.Table.Columns.Select(c => c.Name) ?? []), StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>Returns the keywords of the recipe that no spectrum of the file has.</summary>
    internal IEnumerable<string> UnknownKeywords() => recipe.Keywords.Where(keyword => !Spectra.Any(s =>
        new HeaderValues(s.First.Flux.Path, s.First.Header, s.First.Primary).Has(keyword)));

    private static string PrefixOf(SpectrumArm arm) => arm.Recipe.Name.Length > 0 ? arm.Recipe.Name + "_" : "";

    private void Open()
    {
        SpectrumArm[][] arms = [.. recipe.Arms.Select(OpenArm)];
        SpectrumArm first = arms[0][0];
        foreach (SpectrumArm arm in arms.SelectMany(hdus => hdus))
            RequireLike(first, arm);
        Medium = first.Medium;
        Spectra = recipe.HasOrders ? AsOrders(arms) : arms.Length > 1 ? AsArms([.. arms.Select(hdus => hdus[0])]) : AsSpectra(arms[0]);
        if (recipe.Objects is { } name)
            Objects = OpenObjects(first, name, recipe.HasOrders ? 1 : arms[0].Sum(hdu => hdu.Flux.CountInFile));
    }

    private SpectrumArm[] OpenArm(ArmRecipe arm)
    {
        FitsFile file = Require(arm.Files[number]);
        IReadOnlyList<FitsHdu> hdus = ArmHdus.OfFlux(file, arm);
        if (hdus.Count > 1 && recipe.Arms.Length > 1 && !recipe.HasOrders)
            throw new SchemaMismatchException(file.Path, null, $"{arm.Label}{hdus.Count} HDUs have the name '{arm.Flux.Hdu}'",
                "Set 'hdu' of the arm to the number of one in the recipe's source");
        return [.. hdus.Select((hdu, version) => new SpectrumArm(recipe, arm, Require, number, hdu, version))];
    }

    private FitsFile Require(string path)
    {
        if (files.Find(f => f.Path == path) is { } open)
            return open;
        files.Add(SpectrumTable.IsOtherTable(path) ? SpectrumTable.Open(path, recipe.NumberColumns) : FitsFile.OpenRead(path));
        return files[^1];
    }

    private static void RequireLike(SpectrumArm first, SpectrumArm arm)
    {
        if (arm.Medium != first.Medium)
            throw arm.Flux.Unlike($"its wavelengths are in {SpectralMediums.Word(arm.Medium)}, those of {NameOf(first)} in "
                + $"{SpectralMediums.Word(first.Medium)}");
        if (!FitsUnits.AreEqual(arm.Scale.Unit, first.Scale.Unit))
            throw arm.Flux.Unlike($"its flux has the unit '{arm.Scale.Unit}', that of {NameOf(first)} '{first.Scale.Unit}'. Set 'unit'");

        static string NameOf(SpectrumArm arm) => arm.Recipe.Name.Length > 0 ? $"arm '{arm.Recipe.Name}'" : $"HDU {arm.Flux.Hdu.Label}";
    }

    private static SpectrumParts[] AsOrders(SpectrumArm[][] arms)
    {
        List<(SpectrumArm, int)> orders = [];
        foreach (SpectrumArm hdu in arms.SelectMany(hdus => hdus))
            for (int line = 0; line < hdu.Flux.Count; line++)
                orders.Add((hdu, line));
        return orders.Count == 0 ? [] : [new(0, [.. orders], 0)];
    }

    private static SpectrumParts[] AsArms(SpectrumArm[] arms)
    {
        int count = arms[0].Flux.Count;
        foreach (SpectrumArm arm in arms)
            if (arm.Flux.Count != count)
                throw arm.Flux.Unlike($"there are {arm.Flux.Count} spectra, but arm '{arms[0].Recipe.Name}' has {count}");
        return [.. Enumerable.Range(0, count).Select(i => new SpectrumParts(i, [.. arms.Select(arm => (arm, i))], arms[0].Flux.RowOf(i)))];
    }

    private static SpectrumParts[] AsSpectra(SpectrumArm[] hdus)
    {
        List<SpectrumParts> spectra = [];
        int rowsBefore = 0;
        foreach (SpectrumArm hdu in hdus)
        {
            for (int line = 0; line < hdu.Flux.Count; line++)
                spectra.Add(new(spectra.Count, [(hdu, line)], rowsBefore + hdu.Flux.RowOf(line)));
            rowsBefore += hdu.Flux.CountInFile;
        }
        return [.. spectra];
    }

    private (FitsTable, string)? OpenObjects(SpectrumArm first, string name, int count)
    {
        FitsHdu hdu = ImageFiles.FindHdu(Require(first.Recipe.Files[number]), name);
        FitsTable objects = hdu.Table();
        if (objects.RowCount != count)
            throw first.Flux.Unlike($"HDU {hdu.Label} has {objects.RowCount} rows, but there are {count} spectra. Correct 'objects'");
        return hdu == first.Flux.Hdu && !recipe.HasOrders ? null : (objects, hdu.Name); // the table of the flux needs no name
    }
}
