using System.Collections.Immutable;
using Pile.Format;

namespace Pile.Adopting;

/// <summary>A column of several files or objects: the dtype and shape that can represent all of them.</summary>
internal sealed class MergedColumn
{
    private HashSet<string> conflicts = [];

    /// <summary>Creates the column as one file or object has it.</summary>
    internal MergedColumn(SourceField field, string file)
    {
        Name = field.Name;
        (DType, Shape, IsText) = (field.Type.DType, field.CommonShape, field.Type.DType is DType.String);
        (Ucd, Time, Frame, SpectralMedium) = (field.Ucd, field.Time, field.Frame, field.SpectralMedium);
        Meaning = new MergedMeaning(Name);
        Add(field, file);
    }

    /// <summary>The name in the files.</summary>
    internal string Name { get; }

    /// <summary>The dtype.</summary>
    internal DType DType { get; private set; }

    /// <summary>The shape of a row; <see cref="ColumnSchema.Ragged"/> for lengths that differ.</summary>
    internal ImmutableArray<int> Shape { get; private set; }

    /// <summary>True for texts.</summary>
    internal bool IsText { get; private set; }

    /// <summary>True if numbers are sequences of variable length in a file.</summary>
    internal bool IsSequence { get; private set; }

    /// <summary>True if some numbers are of 16 bits, or the dtypes of files differ: values in the files are then not those of the
    /// column.</summary>
    internal bool IsConverted { get; private set; }

    /// <summary>True if numbers of 16 bits become numbers of 32 bits.</summary>
    internal bool IsWidened { get; private set; }

    /// <summary>The number of files or objects with the column.</summary>
    internal long Count { get; private set; }

    /// <summary>The number of those whose values are usable.</summary>
    internal long Usable { get; private set; }

    /// <summary>The number of those whose values can be located in the file.</summary>
    internal long Locatable { get; private set; }

    /// <summary>The dtype in the first file; values that remain in the files must have it.</summary>
    internal DType FirstDType { get; private set; }

    /// <summary>The unit, the names of codes, and the numbers of missing values.</summary>
    internal MergedMeaning Meaning { get; private set; }

    /// <summary>The description of the first file that has one.</summary>
    internal string? Description { get; private set; }

    /// <summary>The UCD of the first file that has one.</summary>
    internal string? Ucd { get; private set; }

    /// <summary>The meaning of its times.</summary>
    internal TimeAxis? Time { get; }

    /// <summary>The frame of its positions that the files declare.</summary>
    internal string? Frame { get; }

    /// <summary>The medium of its wavelengths that the files declare.</summary>
    internal string? SpectralMedium { get; }

    /// <summary>The first place and reason why values can neither be read nor located.</summary>
    internal (string Place, string Reason)? Obstacle { get; private set; }

    /// <summary>The first place and reason why values cannot be located.</summary>
    internal (string Place, string Reason)? ReferenceObstacle { get; private set; }

    /// <summary>What differs between files, apart from lengths and number types.</summary>
    internal IEnumerable<string> Conflicts => conflicts;

    /// <summary>Returns the column with the file in the places of its messages.</summary>
    internal MergedColumn Copy(string file)
    {
        MergedColumn copy = (MergedColumn)MemberwiseClone();
        copy.conflicts = [.. conflicts.Select(conflict => $"{file}: {conflict}")];
        copy.Meaning = Meaning.Of(file);
        copy.Obstacle = Obstacle is { } obstacle ? ($"{file}/{obstacle.Place}", obstacle.Reason) : null;
        copy.ReferenceObstacle = ReferenceObstacle is { } why ? ($"{file}/{why.Place}", why.Reason) : null;
        return copy;
    }

    /// <summary>Adds the column of another object of the same file.</summary>
    /// <exception cref="SchemaMismatchException">Its values have another meaning.</exception>
    internal void Add(SourceField field, string file)
    {
        Count++;
        if (field.Obstacle is { } obstacle)
        {
            Obstacle ??= (field.Place, obstacle);
            return;
        }
        if (Usable is 0)
            (DType, FirstDType, Shape, IsText) =
                (field.Type.DType, field.Type.DType, field.CommonShape, field.Type.DType is DType.String);
        if (!TryJoin(field.Type.DType, field.CommonShape, field.Type.Kind is FieldKind.Sequence))
        {
            conflicts.Add($"'{field.Place}' has {Text(field.Type.DType, field.CommonShape)}, which is not {Text(DType, Shape)}");
            return;
        }
        Usable++;
        Locatable += field.ReferenceObstacle is null ? 1 : 0;
        IsSequence |= field.Type.Kind is FieldKind.Sequence;
        IsWidened |= field.Type.IsWidened;
        ReferenceObstacle ??= field.ReferenceObstacle is { } reason ? (field.Place, reason) : null;
        RequireMeaning((field.Time, field.Frame, field.SpectralMedium), file, field.Place);
        Meaning.Add(field, file);
        Ucd ??= field.Ucd;
        Description ??= field.Description;
    }

    /// <summary>Adds the column of another file.</summary>
    /// <param name="other">The column.</param>
    /// <param name="file">The file, for messages.</param>
    /// <exception cref="SchemaMismatchException">Its values have another meaning.</exception>
    internal void Add(MergedColumn other, string file)
    {
        Count += other.Count;
        Obstacle ??= other.Obstacle is { } obstacle ? ($"{file}/{obstacle.Place}", obstacle.Reason) : null;
        conflicts.UnionWith(other.conflicts.Select(conflict => $"{file}: {conflict}"));
        if (other.Usable is 0)
            return;
        if (Usable is 0)
            (DType, FirstDType, Shape, IsText) = (other.DType, other.FirstDType, other.Shape, other.IsText);
        if (IsText != other.IsText || !TryJoin(other.DType, other.Shape, other.IsSequence))
        {
            conflicts.Add($"{file}: '{Name}' has {Text(other.DType, other.Shape)}, which is not {Text(DType, Shape)}");
            return;
        }
        Usable += other.Usable;
        Locatable += other.Locatable;
        IsSequence |= other.IsSequence;
        IsWidened |= other.IsWidened;
        IsConverted |= other.IsConverted;
        ReferenceObstacle ??= other.ReferenceObstacle is { } reason ? ($"{file}/{reason.Place}", reason.Reason) : null;
        RequireMeaning((other.Time, other.Frame, other.SpectralMedium), file, null);
        Meaning.Add(other.Meaning, file);
        Ucd ??= other.Ucd;
        Description ??= other.Description;
    }

    /// <summary>Rejects times, positions and wavelengths that differ in meaning, because their values cannot be one column.</summary>
    private void RequireMeaning((TimeAxis? Time, string? Frame, string? Medium) other, string file, string? item)
    {
        if (other.Time != Time || (other.Frame ?? Manifest.Icrs) != (Frame ?? Manifest.Icrs))
            throw Contradiction(TextOf(other.Time, other.Frame), TextOf(Time, Frame));
        if (other.Medium != SpectralMedium)
            throw Contradiction(MediumText(other.Medium), MediumText(SpectralMedium));

        SchemaMismatchException Contradiction(string found, string known) => new(item is null ? file : $"{file}/{item}", Name,
            $"it has {found}, but other files or tables have {known}", "Adopt them as separate datasets");

        static string TextOf(TimeAxis? time, string? frame) => time is not null ? $"times in {TimeWords.Describe(time)}"
            : $"values without a time scale, in the frame {frame ?? Manifest.Icrs}";

        static string MediumText(string? medium) => medium is null ? "wavelengths without a stated medium" : $"wavelengths in {medium}";
    }

    private bool TryJoin(DType type, ImmutableArray<int> shape, bool isSequence)
    {
        if (shape.Length != Shape.Length || !DTypes.TryPromote(DType, type, out DType promoted))
            return false;
        IsConverted |= promoted != DType || promoted != type;
        DType = promoted;
        if (!shape.AsSpan().SequenceEqual(Shape.AsSpan()) || isSequence)
            Shape = [.. Shape.Zip(shape, (a, b) => a == b ? a : ColumnSchema.Ragged)];
        return true;
    }

    private static string Text(DType type, ImmutableArray<int> shape) =>
        $"{type.Name()}[{string.Join(", ", shape.Select(length => length < 0 ? "*" : $"{length}"))}]";
}
