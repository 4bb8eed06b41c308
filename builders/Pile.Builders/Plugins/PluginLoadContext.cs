using System.Reflection;
using System.Runtime.Loader;

namespace Pile.Builders.Plugins;

/// <summary>Finds the dependencies of a plug-in: the assemblies of Pile in the host, the others beside the plug-in.</summary>
/// <remarks>Plug-ins may depend on different versions of a library. The types of Pile must be the host's, or its interfaces would not be
/// implemented.</remarks>
internal sealed class PluginLoadContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    private readonly AssemblyDependencyResolver resolver = new(path);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name is { } name && IsOfPile(name) && File.Exists(Path.Combine(AppContext.BaseDirectory, $"{name}.dll")))
            return Default.LoadFromAssemblyName(new AssemblyName(name));
        return resolver.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;

    private static bool IsOfPile(string name) => name == "Pile" || name.StartsWith("Pile.", StringComparison.Ordinal);
}
