using Pile.Format;

namespace Pile.Publishing;

/// <summary>The columns of one spectrum: those that share a prefix with a wavelength, such as <c>spectrum_lambda</c>, and its
/// length.</summary>
/// <param name="Prefix">What the names of the group begin with, <c>spectrum_</c>.</param>
internal sealed record SpectrumGroup(string Prefix)
{
    /// <summary>The column with the wavelengths.</summary>
    internal string LambdaColumn => Prefix + "lambda";

    /// <summary>The group of a column along a wavelength; null when it is none.</summary>
    internal static SpectrumGroup? Of(ViewColumns view, ColumnSchema column)
    {
        if (column.Shape.Length != 1 || column.DType == DType.String)
            return null;
        for (int end = column.Name.LastIndexOf('_'); end > 0; end = column.Name.LastIndexOf('_', end - 1))
        {
            SpectrumGroup group = new(column.Name[..(end + 1)]);
            if (group.Beside(view, column, "lambda") is not null)
                return group;
        }
        return null;
    }

    /// <summary>Another column of the group that is as long as one of its own, or null.</summary>
    internal ColumnSchema? Beside(ViewColumns view, ColumnSchema column, string name) =>
        view.Exactly(Prefix + name) is { Shape: [int length] } found && length == column.Shape[0] && found.DType != DType.String
            ? found : null;
}
