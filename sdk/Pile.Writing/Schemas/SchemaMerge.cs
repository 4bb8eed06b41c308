using System.Collections.Immutable;
using System.Globalization;
using Pile.Fits;
using Pile.Format;

namespace Pile.Writing.Schemas;

/// <summary>Merges the columns of several units: each name has one dtype, one shape and one unit.</summary>
/// <param name="areCompared">True if declarations of some units may apply to the values of others that make none, because the caller has
/// compared them.</param>
internal sealed partial class SchemaMerge(bool areCompared = false)
{
    private readonly Dictionary<string, Merged> byName = new(StringComparer.Ordinal);
    private readonly List<string> order = [];
    private int layouts;

    /// <summary>Adds the columns of one layout of a unit. Call it in the ordinal order of the units: the first description of a column is
    /// used.</summary>
    /// <exception cref="SchemaMismatchException">A column is incompatible with that of an earlier unit.</exception>
    internal void Add(IEnumerable<ColumnSchema> columns, string source)
    {
        layouts++;
        foreach (ColumnSchema column in columns)
        {
            if (byName.TryGetValue(column.Name, out Merged? merged))
                merged.Join(column, source);
            else
            {
                byName.Add(column.Name, merged = new Merged(column, source, areCompared));
                order.Add(column.Name);
            }
            merged.Layouts.Add(layouts);
        }
    }

    /// <summary>Checks the united types of the columns against their declarations.</summary>
    /// <exception cref="SchemaMismatchException">A type contradicts a declaration.</exception>
    internal void RequireDeclaredTypes(IEnumerable<NativeColumn> declared)
    {
        foreach (NativeColumn native in declared)
            if (byName.TryGetValue(native.Name, out Merged? merged))
                native.RequireType(merged.Column, merged.SourceOfDType);
        foreach (Merged merged in order.Select(name => byName[name]))
            if (!merged.Column.Categories.IsEmpty && !merged.Column.DType.IsInteger())
                throw NativeColumn.CategoriesNeedIntegers(merged.SourceOfDType, merged.Column.Name, merged.Column.DType);
    }

    /// <summary>Returns the dataset's columns, including those that the writer adds.</summary>
    /// <exception cref="SchemaMismatchException">A required column is missing, or names collide.</exception>
    internal DatasetSchema Finish(DatasetSpec spec, Modality modality)
    {
        bool hasRows = layouts > 0;
        if (!hasRows)
            AddRequired(modality);
        List<ColumnSchema> columns = [];
        foreach (string name in order)
            columns.Add(Complete(byName[name], spec, modality));
        if (StandardColumns.KeyOf(modality) is { } key)
            columns.Add(modality.Shared.Find(key)!.With(DType.Int64, []));
        RequireAll(modality, columns, hasRows);

        columns = [.. columns.Where(c => c.Role == ColumnRole.Standard).OrderBy(c => StandardColumns.RankOf(modality, c.Name), RankOrder),
            .. columns.Where(c => c.Role == ColumnRole.Native)];
        for (int i = columns.Count - 1; i >= 0; i--)
            if (columns[i].IsRagged)
                columns.Insert(i + 1, ShapeCompanion(columns[i]));
        RequireFreeCompanions(columns);
        RequireNestedGroups(columns, spec);
        RequireWholeGroups(columns);
        string? medium = ColumnMedia.OfDataset(columns, spec);
        return new DatasetSchema(ColumnNames.WithIndexNames(ColumnMedia.WithoutInherited(columns, medium),
            spec.Aliases.Select(a => a.Name)), medium);
    }

    private static Comparer<(int Level, string Group, int Place)> RankOrder { get; } =
        Comparer<(int Level, string Group, int Place)>.Create(static (a, b) =>
        a.Level != b.Level ? a.Level.CompareTo(b.Level)
        : string.CompareOrdinal(a.Group, b.Group) is not 0 and var byGroup ? byGroup
        : a.Place.CompareTo(b.Place));

    /// <summary>Adds ids and positions to a dataset without rows, so that it can be opened everywhere.</summary>
    private void AddRequired(Modality modality) => Add(modality.Shared.Columns
        .Where(c => c.IsRequired && c.Name != StandardColumns.KeyOf(modality)).Select(c => c.With(c.DTypes[0], [])), "the empty dataset");

    private ColumnSchema Complete(Merged merged, DatasetSpec spec, Modality modality)
    {
        ColumnSchema column = merged.Column with
        {
            Nullable = merged.Column.Nullable || merged.Layouts.Count < layouts,
            StringBytes = merged.Column.DType == DType.String ? Math.Max(merged.Column.StringBytes, 1) : 0,
            Categories = [.. merged.Column.Categories.OrderBy(c => c.Code)],
            Codec = StandardColumns.CodecOf(merged.Column, spec),
        };
        if (column.Name is var name && column.Nullable
            && (name == StandardColumns.ObjectId || modality.Frame?.IsCoordinate(name) == true
                || (modality.HasTiles && name == Partition.Tile)))
            throw new SchemaMismatchException(merged.Source, column.Name, "every row of every unit must have it",
                "Add it for all rows in the builder");
        if (column.Role == ColumnRole.Standard && column.IsRagged && modality.Find(column.Name) is { MayBeRagged: false })
            throw new SchemaMismatchException(merged.Source, column.Name,
                $"its rows differ in shape ({ShapeText(column)}), but the modality allows one shape only",
                "Put rows of another shape into a separate group, or into a separate dataset");
        if (ColumnMeaning.IsStandardMjd(column))
            column = WithDatasetTime(column, merged.Source, spec);
        if (column is { Role: ColumnRole.Standard, Time: null } && modality.Find(column.Name) is { IsTime: true })
            column = column with
            {
                Time = spec.TimeScale is { } scale ? new TimeAxis(scale, spec.TimeReference)
                    : throw new SchemaMismatchException(merged.Source, column.Name, "the dataset has times but no time scale",
                        "Give the scale of the times (UTC, TAI, TDB …), and their zero point unless they are MJD"),
            };
        TimeWords.Require(merged.Source, column.Name, column.Time?.Scale, column.Time?.Reference);
        if (column.Role == ColumnRole.Standard && column.Name.EndsWith("_lambda", StringComparison.Ordinal) && spec.SpectralMedium is null
            && column.SpectralMedium is null)
            throw new SchemaMismatchException(merged.Source, column.Name,
                "the dataset has wavelengths, but it is not declared whether they are in vacuum or air", "Declare the spectral medium");
        return column;
    }

    /// <summary>Removes the time scale from <c>mjd</c> and <c>mjd_end</c>, which is declared by the dataset.</summary>
    private static ColumnSchema WithDatasetTime(ColumnSchema column, string source, DatasetSpec spec)
    {
        if (spec.TimeScale is not { } scale)
            throw new SchemaMismatchException(source, column.Name, "the dataset has times but no time scale",
                "Give the scale of the times (UTC, TAI, TDB …)");
        TimeAxis time = new(scale, spec.TimeReference);
        return column.Time is null || column.Time.Or(scale) == time ? column with { Time = null }
            : throw new SchemaMismatchException(source, column.Name, $"its times are {TimeWords.Describe(column.Time)}, but "
                + $"those of the dataset are {TimeWords.Describe(time)}",
                "Remove 'time_scale' from the recipe's options, convert the times, or give the column another name");
    }

    private static void RequireAll(Modality modality, List<ColumnSchema> columns, bool hasRows)
    {
        HashSet<string> names = columns.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        foreach (ModalityColumn required in modality.Shared.Columns.Concat(modality.Columns).Where(c => c.IsRequired))
            if (!names.Contains(required.Name))
                throw !hasRows
                    ? new SchemaMismatchException("the dataset", required.Name, "there are no rows, which would show its dtype and shape",
                        "Check the files, the conditions and the options of the source; a builder of a dataset without rows appends an "
                        + "empty batch with all columns")
                    : new SchemaMismatchException("the dataset", required.Name,
                        $"the modality '{modality.Name}' requires it, but no unit has it", "Add it in the builder");
    }

    private static ColumnSchema ShapeCompanion(ColumnSchema column) => new()
    {
        Name = ColumnNames.Shape(column.Name),
        DType = DType.Int64,
        Shape = [column.Shape.Length],
        Role = ColumnRole.Standard,
        Description = $"lengths of {column.Name} in each row, without padding",
    };

    private static void RequireFreeCompanions(List<ColumnSchema> columns)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (string name in columns.Select(c => c.Name).Concat(columns.Where(c => c.Nullable).Select(c => ColumnNames.IsNull(c.Name))))
            if (!names.Add(name))
                throw new SchemaMismatchException("the dataset", name,
                    "the name is reserved for the companion of another column", StandardColumns.RenameRemedy);
    }

    private static void RequireNestedGroups(List<ColumnSchema> columns, DatasetSpec spec)
    {
        HashSet<string> names = new(columns.Where(c => c.Nested is null).Select(c => c.Name).Concat(spec.Aliases.Select(a => a.Name)),
            StringComparer.OrdinalIgnoreCase);
        HashSet<string> members = new(StringComparer.OrdinalIgnoreCase);
        foreach (ColumnSchema column in columns.Where(c => c.Nested is not null))
            if (names.Contains(column.Nested!))
                throw new SchemaMismatchException("the dataset", column.Name,
                    $"its nested group '{column.Nested}' is one column in the index, but another column or alias has this name",
                    "Rename one of them");
            else if (!members.Add(column.Name))
                throw new SchemaMismatchException("the dataset", column.Name,
                    "the names of two members of a nested group differ only in case, which many tools ignore", "Rename one of them");
    }

    /// <summary>Requires that a unit has all members of a nested group or none, because the STRUCT of a row has all members or is
    /// null.</summary>
    private void RequireWholeGroups(List<ColumnSchema> columns)
    {
        foreach (IGrouping<string, ColumnSchema> group in columns.Where(c => c.Nested is not null).GroupBy(c => c.Nested!))
            foreach (ColumnSchema member in group)
                if (!byName[member.Name].Layouts.SequenceEqual(byName[group.First().Name].Layouts))
                    throw new SchemaMismatchException(byName[member.Name].Source, member.Name,
                        $"some files have it and others only '{group.First().Name}' of the same nested group '{group.Key}'",
                        "Add all members of the group to all files");
    }

    private static string ShapeText(ColumnSchema column) =>
        $"[{string.Join(", ", column.Shape.Select(length => length == ColumnSchema.Ragged ? "ragged" : length.ToString()))}]";

    private sealed partial class Merged(ColumnSchema column, string source, bool areCompared)
    {
        internal ColumnSchema Column { get; private set; } = column;

        internal string Source { get; } = source;

        /// <summary>The first unit with which the column has its dtype.</summary>
        internal string SourceOfDType { get; private set; } = source;

        internal List<int> Layouts { get; } = [];

        internal void Join(ColumnSchema other, string otherSource)
        {
            ColumnSchema mine = Column;
            // Pixels outside the dataset are read as they are: no dtype stands for two.
            if (mine.Storage == ColumnStorage.Window && mine.DType != other.DType)
                throw Differ("dtype", mine.DType.Name(), other.DType.Name(),
                    "Build a dataset of each product, and unite them with 'pile merge', which gives each columns of its own");
            if (!DTypes.TryPromote(mine.DType, other.DType, out DType dtype))
                throw TwoDTypes("Declare one dtype that can represent both; for tables, set 'cast' in the recipe's source");
            if (mine.Shape.Length != other.Shape.Length)
                throw Differ("shape", ShapeText(mine), ShapeText(other), "Use one rank");
            bool sameShape = mine.Shape.AsSpan().SequenceEqual(other.Shape.AsSpan());
            if (mine.Storage != other.Storage || (mine.Storage == ColumnStorage.Light && !sameShape))
                throw Differ("shape", ShapeText(mine), ShapeText(other), mine.Role == ColumnRole.Standard
                    ? "Build a dataset for each shape; of chips, name the bands that all items have with 'bands' in the recipe's source"
                    : "Build a dataset for each shape, or leave the column out with 'exclude' in the recipe's source");
            if (mine.Unit is { } unit && other.Unit is { } otherUnit && !FitsUnits.AreEqual(otherUnit, unit))
                throw Differ("unit", $"'{unit}'", $"'{otherUnit}'",
                    mine.Role == ColumnRole.Standard ? "Convert one of them; for spectra and cubes, set 'unit' in the recipe's source"
                    : "Convert one of them, or leave the column out with 'exclude' in the recipe's source");
            if (mine.MaskPolarity is { } mask && other.MaskPolarity is { } otherMask && mask != otherMask)
                throw Differ("mask polarity", mask.ToString(), otherMask.ToString(), "Invert one of them");
            if (!mine.Bands.IsEmpty && !other.Bands.IsEmpty && !mine.Bands.AsSpan().SequenceEqual(other.Bands.AsSpan()))
                throw DifferInBands(mine.Bands, other.Bands);
            if (!mine.IsOutside && ColumnSchema.StorageFor(dtype, mine.Shape.AsSpan()) != mine.Storage
                && mine.Role == ColumnRole.Native && dtype != DType.String && !mine.IsList)
                throw TwoDTypes("Declare one dtype: with the wider one the column is not light any more");

            if ((mine.Nested, mine.IsList) != (other.Nested, other.IsList))
                throw Differ("nested group", mine.Nested ?? "none", other.Nested ?? "none", "Nest the column in all units, or in none");
            string? encoding = (mine.Encoding, other.Encoding) is ("json", "yaml") ? "yaml" : mine.Encoding; // JSON is YAML, too
            if (encoding != other.Encoding && (mine.Encoding, other.Encoding) is not ("yaml", "json"))
                throw Differ("encoding", mine.Encoding ?? "none", other.Encoding ?? "none", "Use two columns");
            if (mine.Time is { } time && other.Time is { } otherTime && time != otherTime)
                throw Differ("time", TimeWords.Describe(time), TimeWords.Describe(otherTime), "Convert one of them");
            if (mine.SpectralMedium is { } medium && other.SpectralMedium is { } otherMedium && medium != otherMedium)
                throw Differ("spectral medium", medium, otherMedium, "Build two datasets, or convert the wavelengths of one");
            if (!areCompared)
                RequireStated(mine, other, otherSource);
            if (mine.MaskBits is { } bits && other.MaskBits is { } otherBits && bits != otherBits)
                throw Differ("mask bits", bits, otherBits, "Make them agree, or build two datasets");

            if (dtype != mine.DType)
                SourceOfDType = otherSource;
            // A column that is standard in one unit, but native with the same name in another, is native in the dataset.
            bool isNative = mine.Role == ColumnRole.Native || other.Role == ColumnRole.Native;
            Column = mine with
            {
                Role = isNative ? ColumnRole.Native : ColumnRole.Standard,
                DType = dtype,
                Shape = sameShape ? mine.Shape : [.. mine.Shape.Zip(other.Shape, (a, b) => a == b ? a : ColumnSchema.Ragged)],
                Unit = mine.Unit ?? other.Unit,
                Ucd = mine.Ucd ?? other.Ucd,
                Description = mine.Description ?? other.Description,
                MaskPolarity = mine.MaskPolarity ?? other.MaskPolarity,
                Bands = mine.Bands.IsEmpty ? other.Bands : mine.Bands,
                Nullable = mine.Nullable || other.Nullable,
                StringBytes = Math.Max(mine.StringBytes, other.StringBytes),
                Encoding = encoding,
                Codec = mine.Codec == PieceCodec.None ? other.Codec : mine.Codec,
                Longest = Math.Max(mine.Longest, other.Longest),
                Time = mine.Time ?? other.Time,
                SpectralMedium = mine.SpectralMedium ?? other.SpectralMedium,
                MaskBits = mine.MaskBits ?? other.MaskBits,
                Categories = mine.Categories.IsEmpty ? other.Categories : JoinCategories(mine, other, otherSource),
                Sentinels = [.. mine.Sentinels.Union(other.Sentinels).Order()],
            };

            ImmutableArray<CategorySchema> JoinCategories(ColumnSchema a, ColumnSchema b, string source)
            {
                SortedDictionary<long, CategorySchema> byCode = new(a.Categories.ToDictionary(c => c.Code));
                foreach (CategorySchema category in b.Categories)
                    if (!byCode.TryAdd(category.Code, category) && byCode[category.Code] != category)
                        throw Differ("category", Text(byCode[category.Code]), Text(category),
                            "Build one of them again with the other's codes: translate the values in its source, and declare them in "
                                + $"the recipe, native: {{ {mine.Name}: {{ categories: … }} }}. Queries over both compare names");
                return [.. byCode.Values];

                static string Text(CategorySchema category) => $"{category.Code} = '{category.Name}'";
            }

            SchemaMismatchException DifferInBands(ImmutableArray<BandSchema> here, ImmutableArray<BandSchema> there)
            {
                (string what, string first, string second) = !here.Select(b => b.Name).SequenceEqual(there.Select(b => b.Name))
                    ? ("bands", string.Join(", ", here.Select(b => b.Name)), string.Join(", ", there.Select(b => b.Name)))
                    : here.Zip(there).First(pair => pair.First != pair.Second) is var (a, b) && a.Unit != b.Unit
                        ? ($"unit of band '{a.Name}'", a.Unit ?? "not stated", b.Unit ?? "not stated")
                    : a.WavelengthAngstrom != b.WavelengthAngstrom
                        ? ($"wavelength of band '{a.Name}'", Number(a.WavelengthAngstrom, " Angstrom"),
                            Number(b.WavelengthAngstrom, " Angstrom"))
                    : a.ZeroPointMag != b.ZeroPointMag
                        ? ($"zero point of band '{a.Name}'", Number(a.ZeroPointMag, " mag"), Number(b.ZeroPointMag, " mag"))
                    : ($"mask bits of band '{a.Name}'", a.MaskBits ?? "not stated", b.MaskBits ?? "not stated");
                return Differ(what, first, second, "Make them agree, or build two datasets");

                static string Number(double? value, string unit) =>
                    value is { } stated ? $"{stated.ToString("R", CultureInfo.InvariantCulture)}{unit}" : "not stated";
            }

            SchemaMismatchException Differ(string what, string here, string there, string remedy) =>
                new($"{Source} and {otherSource}", mine.Name, $"{what} {here} in the first, {there} in the second", remedy);

            SchemaMismatchException TwoDTypes(string remedy) => new($"{Source} and {otherSource}", mine.Name,
                $"dtype {mine.DType.Name()} in the first, {other.DType.Name()} in the second", remedy)
            { NeedsDType = true };
        }
    }
}
