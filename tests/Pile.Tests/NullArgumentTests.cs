using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Pile.Builders.Sources;
using Pile.CrossMatch;
using Pile.Format;
using Pile.Publishing;
using Pile.Reading;
using Pile.Sky;
using Pile.Streaming;
using Pile.Tables;

namespace Pile.Tests;

/// <summary>Public methods and constructors reject null for every parameter whose type is not nullable, and name the parameter.</summary>
public sealed class NullArgumentTests : IDisposable
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(20);

    private readonly TemporaryTables tables = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => tables.Dispose();

    [Fact]
    public async Task Null_arguments_of_public_members_are_named()
    {
        await using Dataset stars = await tables.BuildAsync("stars", "id,ra,dec,mag\n1,200,10,5\n2,210,-20,6\n");
        using MatchTable match = await stars.CrossMatchAsync(stars, 1, cancellationToken: Cancellation);
        using ITableReader table = await TableReader.OpenAsync(await tables.WriteAsync("t.csv", "id,ra,dec\n1,2,3\n"),
            cancellationToken: Cancellation);
        ColumnSchema number = new() { Name = "x", DType = DType.Float64 };
        StreamSource source = await StreamSource.OpenAsync(stars.Query(), Cancellation);
        MatchedRows matched = await match.OpenRowsAsync(stars.Query(), stars.Query(), Cancellation);
        object[] samples = [stars, stars.Query(), match, table, number, source, new Loader(source), matched, new DatasetSide(stars),
            await stars.OpenRowsAsync(stars.Query(), cancellationToken: Cancellation), SourceBuilders.All, Moc.Parse("3/1"),
            new RowBatch([new ColumnData<double>(number, new double[1])]), new ColumnData<double>(number, new double[1]),
            TextColumnData.From(number with { DType = DType.String }, ["a"]), SplitShares.TrainValidationTest,
            matched.SplitByHash(SplitShares.TrainValidationTest), new CrossMatchOptions { RadiusArcsec = 1 }, "a", Cancellation];
        List<string> wrong = [];
        foreach (Type type in PublicApiTests.Packages().SelectMany(row => Assembly.Load(row.Data).GetExportedTypes())
            .Where(IsChecked).Select(Closed))
            foreach (MethodBase member in Members(type))
                foreach (ParameterInfo parameter in member.GetParameters().Where(IsRequired))
                    if (await FindingAsync(member, parameter, samples) is { } finding)
                        wrong.Add($"{type.Name}.{member}, '{parameter.Name}': {finding}");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_batch_that_is_null_is_named()
    {
        ColumnSchema id = new() { Name = "object_id", DType = DType.Int64 };
        await using Dataset stars = await tables.BuildAsync("stars", "id,ra,dec,mag\n1,200,10,5\n2,210,-20,6\n");
        string output = await tables.WriteAsync("old.csv", "");
        Assert.Equal("rows", (await Assert.ThrowsAsync<ArgumentNullException>(() => TableWriter.WriteAsync(output, [id], Nulls(),
            new TableWriteOptions { Overwrite = true }, Cancellation))).ParamName);
        Assert.Equal("rows", (await Assert.ThrowsAsync<ArgumentNullException>(() => RowFiles.WriteAsync(Nulls(), stars.Manifest, ["mag"],
            output + ".files", cancellationToken: Cancellation))).ParamName);

        static IAsyncEnumerable<RowBatch> Nulls() => ((RowBatch[])[null!]).ToAsyncEnumerable();
    }

    // Exceptions are created by the code that throws them, attributes by the runtime, and interfaces are implemented in several ways.
    private static bool IsChecked(Type type) => !type.IsSubclassOf(typeof(Exception)) && !type.IsSubclassOf(typeof(Delegate))
        && !type.IsSubclassOf(typeof(Attribute)) && !type.IsInterface;

    private static Type Closed(Type type) => type.IsGenericTypeDefinition ? type.MakeGenericType(typeof(double)) : type;

    private static IEnumerable<MethodBase> Members(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        // The constructor of a record assigns properties.
        return ((IEnumerable<MethodBase>)[.. type.GetConstructors(Declared).Where(c => !IsOfRecord(c)), .. type.GetMethods(Declared)])
            .Where(m => !m.Name.StartsWith("set_", StringComparison.Ordinal)
                && !m.IsDefined(typeof(CompilerGeneratedAttribute)) && m is not MethodInfo { ReturnType.IsByRefLike: true }
                && !m.GetParameters().Any(p => p.ParameterType.IsByRefLike || p.ParameterType.IsByRef)); // reflection has no spans
    }

    private static bool IsOfRecord(ConstructorInfo constructor) =>
        Array.TrueForAll(constructor.GetParameters(), p => constructor.DeclaringType!.GetProperty(p.Name!) is not null);

    private static bool IsRequired(ParameterInfo parameter) =>
        !parameter.ParameterType.IsValueType && !parameter.ParameterType.IsGenericParameter
        && new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.NotNull;

    /// <summary>Calls a member with null for a parameter, and for those of whose types there is no sample.</summary>
    /// <returns>What is wrong; null if the exception names a parameter that is null.</returns>
    private static async Task<string?> FindingAsync(MethodBase member, ParameterInfo parameter, object[] samples)
    {
        object? instance = null;
        if (member is MethodInfo { IsStatic: false } && (instance = Sample(member.DeclaringType!, samples)) is null)
            return null;
        if (member.DeclaringType!.IsAbstract && member is ConstructorInfo)
            return null;
        if (member is MethodInfo { IsGenericMethodDefinition: true } generic)
            member = generic.MakeGenericMethod([.. generic.GetGenericArguments().Select(_ => typeof(double))]);
        object?[] arguments = [.. member.GetParameters().Select(p => p.Position == parameter.Position ? null
            : p.HasDefaultValue && !p.ParameterType.IsValueType ? p.DefaultValue : Sample(p.ParameterType, samples))];
        try
        {
            await EndAsync(member is ConstructorInfo constructor ? constructor.Invoke(arguments) : member.Invoke(instance, arguments))
                .WaitAsync(MaxWait, Cancellation);
            return "no exception";
        }
        catch (Exception e)
        {
            Exception thrown = e is TargetInvocationException { InnerException: { } inner } ? inner : e;
            return thrown is ArgumentNullException { ParamName: var name }
                && member.GetParameters().Any(p => p.Name == name && arguments[p.Position] is null) ? null
                : $"{thrown.GetType()}: {thrown.Message}";
        }
    }

    private static object? Sample(Type type, object[] samples) => samples.FirstOrDefault(type.IsInstanceOfType)
        ?? (type.IsValueType ? Activator.CreateInstance(type) : null);

    /// <summary>Waits for a task, and reads the first element of a sequence.</summary>
    private static async Task EndAsync(object? result)
    {
        switch (result)
        {
            case Task task:
                await task;
                break;
            case IAsyncEnumerable<object> sequence:
                await using (IAsyncEnumerator<object> elements = sequence.GetAsyncEnumerator(Cancellation))
                    await elements.MoveNextAsync();
                break;
            case IEnumerable and not string:
                ((IEnumerable)result).GetEnumerator().MoveNext();
                break;
        }
    }
}
