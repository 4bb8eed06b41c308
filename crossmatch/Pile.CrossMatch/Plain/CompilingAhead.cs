using System.Reflection;
using System.Runtime.CompilerServices;
using Pile.Codecs;
using Pile.CrossMatch.Matching;
using Pile.CrossMatch.Matching.Cells;
using Pile.Parquet;

namespace Pile.CrossMatch.Plain;

/// <summary>Compiles what a match calls later, on a core that has nothing to do yet while the first one opens files and compiles that.</summary>
internal static class CompilingAhead
{
    // In the order of need.
    private static readonly Type[] Types =
    [
        typeof(CellSearch), typeof(ReachedChunks), typeof(CellOrders), typeof(MappedPositions), typeof(PlainParquetFile), typeof(ChunkLoop), typeof(BorderScan), typeof(BorderCopies), typeof(FacePoint),
        typeof(OrderedRun), typeof(CellSearcher), typeof(RowCursor), typeof(CellObjects), typeof(Candidates), typeof(SmallSeparations), typeof(PartnerOrder), typeof(PairBuffer),
        typeof(PairsFile), typeof(PairCounts), typeof(RowGroupPlace),
    ];

    private static int isStarted;

    /// <summary>Begins, once in a process.</summary>
    internal static void Start()
    {
        if (Interlocked.Exchange(ref isStarted, 1) == 0)
            new Thread(Compile) { IsBackground = true, Name = "compiling ahead" }.Start();
    }

    private static void Compile()
    {
        Crc32C.Compute(new byte[4096]);
        foreach (Type type in Types)
        {
            Compile(type);
            foreach (Type closure in type.GetNestedTypes(BindingFlags.NonPublic))
                Compile(closure);
        }
        foreach (Type type in typeof(PlainParquetWriter).Assembly.GetTypes())
            if (type.Name.Contains("Writ", StringComparison.Ordinal))
                Compile(type);
    }

    private static void Compile(Type type)
    {
        const BindingFlags declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        if (type.ContainsGenericParameters)
            return;
        foreach (MethodBase method in type.GetMethods(declared))
            Prepare(method);
        foreach (MethodBase constructor in type.GetConstructors(declared & ~BindingFlags.Static))
            Prepare(constructor);

        static void Prepare(MethodBase method)
        {
            if (!method.IsAbstract && !method.ContainsGenericParameters)
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
        }
    }
}
