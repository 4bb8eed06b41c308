using Pile.Format;

namespace Pile.Plotting;

/// <summary>The columns of one spectrum: those that share a prefix, such as
/// <c>spectrum_</c>, with a column of wavelengths, and have its length.</summary>
/// <param name="Prefix">The prefix of the group's names, <c>spectrum_</c>.</param>
internal sealed record SpectrumGroup(string Prefix)
{
    /// <summary>The column with the wavelengths.</summary>
    internal string LambdaColumn => Prefix + "lambda";

    /// <summary>Returns the group of a column along wavelength; null for other columns.</summary>
    internal static SpectrumGroup? Of(ViewColumns view, ColumnSchema column)
    {
        if (column.Shape.Length != 1 || column.DType == DType.String)
            return null;
        for (int end = column.Name.LastIndexOf('_'); end > 0; end = column.Name.LastIndexOf('_', end - 1))
        {
            SpectrumGroup group = new(column.Name[..(end + 1)]);
            if (group.Companion(view, column, "lambda") is not null)
                return group;
        }
        return null;
    }

    /// <summary>Returns another column of the group with the same length as the given column, or null.</summary>
    internal ColumnSchema? Companion(ViewColumns view, ColumnSchema column, string name) =>
        view.FindExact(Prefix + name) is { Shape: [int length] } found && length == column.Shape[0] && found.DType != DType.String
            ? found : null;
}
