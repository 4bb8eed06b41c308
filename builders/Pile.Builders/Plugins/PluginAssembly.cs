using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using Pile.Format;

namespace Pile.Builders.Plugins;

/// <summary>Loads an assembly of builders and indexers that is not part of Pile.</summary>
internal static class PluginAssembly
{
    private const string OnlyManaged = "A trimmed program cannot load assemblies: the runtime's exception is reported.";
    private static readonly AssemblyName Contract = typeof(IDatasetBuilder).Assembly.GetName();
    private static readonly string VersionHere = Contract.Version!.ToString(3);

    /// <summary>Loads the assembly and runs its initializers, so that a failing initializer is reported here.</summary>
    /// <exception cref="SourceUnreadableException">The file is not an assembly, does not fit this version of the contract, or fails while
    /// loading.</exception>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = OnlyManaged)]
    [UnconditionalSuppressMessage("Trimming", "IL2059", Justification = OnlyManaged)]
    internal static Type[] Load(string path)
    {
        RequireContract(path);
        try
        {
            Assembly assembly = new PluginLoadContext(path).LoadFromAssemblyPath(path);
            Type[] types = assembly.GetTypes();
            RuntimeHelpers.RunModuleConstructor(assembly.ManifestModule.ModuleHandle);
            foreach (Type type in types)
                if (DatasetBuilderAttribute.Of(type) is not null)
                    RuntimeHelpers.RunClassConstructor(type.TypeHandle);
            return types;
        }
        catch (ReflectionTypeLoadException e)
        {
            throw Failed(path, e.LoaderExceptions.FirstOrDefault(l => l is not null) ?? e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw Failed(path, e is TypeInitializationException { InnerException: { } cause } ? cause : e);
        }
    }

    /// <summary>Runs code of the plug-in after it was loaded.</summary>
    /// <exception cref="SourceUnreadableException">It failed.</exception>
    /// <exception cref="ArgumentException">The registry rejects a class.</exception>
    internal static T Guard<T>(string path, Func<T> run)
    {
        try
        {
            return run();
        }
        catch (TargetInvocationException e)
        {
            throw Failed(path, e.InnerException!);
        }
    }

    /// <summary>Reads the version of the contract from the references of the assembly, without loading it.</summary>
    private static void RequireContract(string path)
    {
        Version? built;
        try
        {
            using FileStream file = File.OpenRead(path);
            using PEReader image = new(file);
            if (!image.HasMetadata || image.GetMetadataReader() is not { IsAssembly: true } metadata)
                throw NotAnAssembly(path);
            built = metadata.AssemblyReferences.Select(metadata.GetAssemblyReference)
                .Where(reference => metadata.StringComparer.Equals(reference.Name, Contract.Name!))
                .Select(reference => reference.Version).FirstOrDefault();
        }
        catch (BadImageFormatException e)
        {
            throw NotAnAssembly(path, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException(path, $"the plug-in is unreadable ({e.Message})", "Check the path", e);
        }
        if (built is null)
            throw WithoutBuilders(path);
        if ((built.Major, built.Minor) != (Contract.Version!.Major, Contract.Version.Minor) || built > Contract.Version)
            throw new SourceUnreadableException(path,
                $"the plug-in is built for version {built.ToString(3)} of {Contract.Name}, but this is version {VersionHere}",
                $"Build it again with package {Contract.Name} {VersionHere}");
    }

    internal static SourceUnreadableException WithoutBuilders(string path) => new(path, "the plug-in has no builders and no indexers",
        $"Give it a class that implements {nameof(IDatasetBuilder)} and has the attribute [DatasetBuilder(\"name\")], or a class that "
        + $"derives from {nameof(ChipIndexer)}");

    private static SourceUnreadableException NotAnAssembly(string path, Exception? inner = null) =>
        new(path, "the file is not a .NET assembly", "Name the .dll that 'dotnet build' makes of the plug-in", inner);

    private static SourceUnreadableException Failed(string path, Exception e) => e is TypeLoadException or MissingMemberException
        ? new(path, $"the plug-in does not fit this version of {Contract.Name}, {VersionHere}: {BuilderFailedException.LineOf(e)}",
            "Build it again with this version", e)
        : new(path, $"the plug-in failed while loading with {e.GetType().Name}: {BuilderFailedException.LineOf(e)}",
            "Correct the plug-in, or copy its dependencies beside it", e);
}
