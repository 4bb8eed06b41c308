namespace Pile.Adopting;

/// <summary>A tar archive that is adopted.</summary>
/// <param name="Root">The folder or bucket with the archive.</param>
/// <param name="Path">The path of the archive below it.</param>
internal sealed record TarSource(ArchiveRoot Root, string Path)
{
    /// <summary>The path or address of the archive, for messages.</summary>
    internal string Address => Root.Store.Traits.IsLocal ? System.IO.Path.Combine(Root.Store.LocalRoot, Path)
        : $"{Root.Store.Address.TrimEnd('/')}/{Path}";

    /// <summary>The name of the archive without <c>.tar</c>.</summary>
    internal string Stem => System.IO.Path.GetFileName(Path) is var name && name.EndsWith(".tar", StringComparison.OrdinalIgnoreCase)
        && name.Length > 4 ? name[..^4] : name;
}
