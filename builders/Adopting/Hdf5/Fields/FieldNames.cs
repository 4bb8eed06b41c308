using Pile.Format;

namespace Pile.Adopting;

/// <summary>Names columns after their groups, datasets and members.</summary>
internal static class FieldNames
{
    private static readonly HashSet<string> Standard =
        [.. Modality.Names.SelectMany(name => Modality.Get(name).Columns).Select(column => column.Name)];

    /// <summary>Returns true for a column that a modality defines.</summary>
    internal static bool IsStandard(string name) => Standard.Contains(name);

    /// <summary>Returns the name of a part of a group or compound: <c>spectrum</c> and <c>flux</c> are the standard column
    /// <c>spectrum_flux</c>, all others have a dot between them.</summary>
    internal static string Join(string? prefix, string name) => string.IsNullOrEmpty(prefix) ? name
        : Standard.Contains($"{prefix}_{name}") ? $"{prefix}_{name}" : $"{prefix}.{name}";

    /// <summary>Returns the name of a path below a group.</summary>
    internal static string OfPath(ReadOnlySpan<char> path)
    {
        int slash = path.IndexOf('/');
        if (slash < 0)
            return path.ToString();
        string name = path[..slash].ToString();
        while (slash >= 0)
        {
            path = path[(slash + 1)..];
            slash = path.IndexOf('/');
            name = Join(name, (slash < 0 ? path : path[..slash]).ToString());
        }
        return name;
    }
}
